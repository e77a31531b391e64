import { Database } from "bun:sqlite";
import { afterEach } from "bun:test";
import type { MetadataStore } from "../../metadata/store.ts";
import { bindStore } from "../../sql/bind-store.ts";
import type { Connection, Transactor } from "../../sql/engine/executor.ts";
import { migrate } from "../../sql/migrate.ts";
import { sqliteTransactor } from "../batch.ts";
import { checkedConnection } from "./checked-connection.ts";

/** `x` runs statements outside of transactions. */
export interface MemoryDatabase extends Transactor {
  readonly x: Connection;
  close(): void;
}

let schema: Uint8Array | undefined;

/** A database in memory that has the schema and nothing else, and looks at every row that it gives. */
async function openMemoryDatabase(): Promise<MemoryDatabase> {
  const database = schema === undefined ? new Database(":memory:", { strict: true }) : Database.deserialize(schema, { strict: true });
  database.run("PRAGMA foreign_keys = ON");
  const x = checkedConnection(database);
  const transactor = sqliteTransactor(database, x);
  if (schema === undefined) {
    await migrate(transactor);
    schema = database.serialize();
  }
  return { ...transactor, x, close: () => database.close() };
}

/** Opens such databases, and closes them after each test of the calling block. */
export function useMemoryDatabases(): () => Promise<MemoryDatabase> {
  const databases: MemoryDatabase[] = [];
  afterEach(() => {
    for (const database of databases.splice(0)) database.close();
  });
  return async () => {
    const database = await openMemoryDatabase();
    databases.push(database);
    return database;
  };
}

/** A metadata store in memory, without the thread that writes: for tests of what is above the ports. One change after the other. */
export async function openMemoryMetadata(): Promise<MetadataStore> {
  const { x, transaction, close } = await openMemoryDatabase();
  let changes: Promise<unknown> = Promise.resolve();
  return bindStore({
    reader: x,
    write({ run }, parameters) {
      const result = changes.then(() => transaction(async (inner) => run(inner, ...parameters)));
      changes = result.catch(() => undefined);
      return result;
    },
    check: async () => undefined,
    close: async () => {
      await changes;
      close();
    },
  });
}
