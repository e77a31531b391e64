import type { Database } from "bun:sqlite";
import { othersTurn } from "../others-turn.ts";
import type { Connection } from "../sql/engine/executor.ts";
import { assertVersion, migrate } from "../sql/migrate.ts";
import type { TableDatabase } from "../sql/moving/table-database.ts";
import { MIGRATIONS } from "../sql/schema/migrations.ts";
import { sqliteTransactor } from "./batch.ts";
import { openWriteConnection, sqliteConnection } from "./connection.ts";
import { createFile } from "./create-file.ts";
import { assertDatabase } from "./sqlite-store.ts";
import { storeError } from "./writer-protocol.ts";

export interface SqliteTablesOptions {
  readonly path: string;
  /** Makes the file, and the tables as a program with this version of the schema has them. Default: there must be those of this program. */
  readonly create?: { readonly version: number } | undefined;
}

/**
 * Opens an SQLite file as tables. Statements run in this thread.
 * @throws MetadataStoreError
 */
export async function openSqliteTables({ path, create }: SqliteTablesOptions): Promise<TableDatabase> {
  await (create === undefined ? assertDatabase(path) : createFile(path));
  const [reading, writing] = [openWriteConnection(path), openWriteConnection(path)];
  const close = (): void => {
    reading.close();
    writing.close();
  };
  try {
    const x = sqliteConnection(writing);
    if (create !== undefined) await migrate(sqliteTransactor(writing, x), { target: create.version });
    await assertVersion(x, create?.version ?? MIGRATIONS.length);
  } catch (error) {
    close();
    throw storeError(error);
  }
  const [questions, changes] = [transactions(reading, "BEGIN"), transactions(writing, "BEGIN IMMEDIATE")];
  return { snapshot: questions, change: changes, close: async () => close() };
}

/** Runs transactions on a connection, one after the other. */
function transactions(database: Database, begin: "BEGIN" | "BEGIN IMMEDIATE"): <T>(work: (x: Connection) => Promise<T>) => Promise<T> {
  const connection = sqliteConnection(database);
  const x: Connection = {
    ...connection,
    async run(text, values) {
      // A long row of statements would leave nobody else a turn.
      await othersTurn();
      return connection.run(text, values);
    },
  };
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(async () => {
      try {
        database.run(begin);
        // The view of a reader begins with its first question.
        if (begin === "BEGIN") database.run("SELECT 1 FROM schema_migration");
        const result = await work(x);
        database.run("COMMIT");
        return result;
      } catch (error) {
        if (database.inTransaction) database.run("ROLLBACK");
        throw storeError(error);
      }
    });
    last = next.catch(() => undefined);
    return next;
  };
}
