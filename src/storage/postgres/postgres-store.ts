import { MetadataStoreError } from "../metadata/error.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { toldRights } from "../sql/accounts/rights.ts";
import { bindStore } from "../sql/bind-store.ts";
import type { Prepared } from "../sql/engine/statement.ts";
import { assertCurrent, isCurrent, type MigrationNews, migrate, schemaVersion } from "../sql/migrate.ts";
import { requireConnections } from "./capacity.ts";
import { postgresConnection } from "./connection.ts";
import { storeError } from "./errors.ts";
import { Pool } from "./pool.ts";
import { postgresMigrations, postgresTransactor } from "./transactor.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; the user may create tables there. */
  readonly url: string;
  /** full: a change is on the server's disk when its promise resolves, as the server is configured. relaxed: soon after. */
  readonly durability: "full" | "relaxed";
  /** False: nothing is made or brought up to date where there is no database of this program. Default true. */
  readonly create?: boolean;
  /** Told while the database is brought up to date, by this process or another one. */
  readonly tell?: ((news: MigrationNews) => void) | undefined;
  /** Connections open at once. Default 8. */
  readonly connections?: number | undefined;
  /** Milliseconds after which a statement is ended; default 25 s. A migration has no limit. */
  readonly statementLimit?: number | undefined;
  /** Milliseconds without an answer after which a connection is given up; default 30 s. */
  readonly silenceLimit?: number | undefined;
}

/** As the setting `storage.metadata.connections` has it. */
const CONNECTIONS = 8;

/** For a migration: one that keeps others out, one that fills in, one that builds indexes. Opened when they are wanted. */
const MIGRATION_CONNECTIONS = 3;

/** Milliseconds after which the server ends a statement, which undoes it, and a little later, after which a silent server counts as gone. */
const STATEMENT_LIMIT = 25_000;
const SILENCE_LIMIT = 30_000;

/**
 * Metadata in a PostgreSQL database (12 or later), for any number of processes and machines.
 * @throws MetadataStoreError `unavailable`, `denied`, `too-few-connections`, `unsupported`, `newer-schema`, `in-use`; without `create` also `absent`, `older-schema`
 */
export async function openPostgresStore(options: PostgresOptions): Promise<MetadataStore> {
  const { url, durability, create = true, tell, connections = CONNECTIONS } = options;
  const { statementLimit = STATEMENT_LIMIT, silenceLimit = SILENCE_LIMIT } = options;
  const pool = new Pool({ url, connections, statementLimit, silenceLimit });
  const { transaction } = postgresTransactor(pool);
  let closing: Promise<void> | undefined;
  const answered = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new MetadataStoreError("closed", "the metadata store is closed");
    try {
      return await work();
    } catch (error) {
      throw storeError(error);
    }
  };
  let rights = 0;
  const noted = (statement: Prepared, rows: readonly unknown[]): void => {
    rights = Math.max(rights, toldRights(statement, rows) ?? 0);
  };
  const reader = postgresConnection((send) => answered(() => pool.share(send)), { noted });
  try {
    if (!create) await assertCurrent(reader);
    else {
      await requireConnections(reader, connections);
      if (!(await isCurrent(reader))) await bringUpToDate(url, tell);
    }
  } catch (error) {
    await pool.close();
    throw error;
  }
  return bindStore({
    reader,
    toldRights: () => rights,
    write: ({ kind, run }, parameters) => answered(() => transaction(async (x) => run(x, ...parameters), durability === "relaxed" || kind === "relaxed")),
    check: async () => void (await schemaVersion(reader)),
    close: () => {
      closing ??= pool.close(SILENCE_LIMIT);
      return closing;
    },
  });
}

/** A migration takes as long as it takes, and waits as long for that of another node: on connections without limits. */
async function bringUpToDate(url: string, tell: PostgresOptions["tell"]): Promise<void> {
  const pool = new Pool({ url, connections: MIGRATION_CONNECTIONS });
  try {
    await migrate(postgresMigrations(pool), { tell });
  } catch (error) {
    throw storeError(error);
  } finally {
    await pool.close();
  }
}
