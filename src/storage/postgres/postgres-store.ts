import { SQL } from "bun";
import { MetadataStoreError } from "../metadata/error.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { bindStore } from "../sql/bind-store.ts";
import { postgresDialect } from "../sql/engine/dialects.ts";
import { executor } from "../sql/engine/executor.ts";
import { assertCurrent, isCurrent, migrate, schemaVersion, type Waiting } from "../sql/migrate.ts";
import { MIGRATIONS } from "../sql/schema/migrations.ts";
import { postgresConnection, postgresRun } from "./connection.ts";
import { storeError } from "./errors.ts";

import { postgresTransactor } from "./transactor.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; the user may create tables there. */
  readonly url: string;
  /** full: a change is on the server's disk when its promise resolves, as the server is configured. relaxed: soon after. */
  readonly durability: "full" | "relaxed";
  /** False: nothing is made or brought up to date where there is no database of this program. Default true. */
  readonly create?: boolean;
  /** Told while another process brings the database up to date. */
  readonly waiting?: Waiting | undefined;
  /** Connections open at once. */
  readonly connections?: number | undefined;
  /** Milliseconds after which a statement is ended; default 25 s. A migration has no limit. */
  readonly statementLimit?: number | undefined;
}

/** What connections are called, with the version of the schema that this program knows. Programs before version 12 were called `opm`. */
const PROGRAM_NAME = `opm/${MIGRATIONS.length}`;

const CONNECTIONS = 16;

/** Seconds to wait for a connection. */
const CONNECT_LIMIT = 10;

/** Milliseconds after which a call is given up. The server ends its statements a little earlier, which undoes them. */
const CALL_LIMIT = 30_000;
const STATEMENT_LIMIT = 25_000;

/**
 * Metadata in a PostgreSQL database (12 or later), for any number of processes and machines.
 * @throws MetadataStoreError `unavailable`, `newer-schema`, `in-use`; without `create` also `absent`, `older-schema`
 */
export async function openPostgresStore(options: PostgresOptions): Promise<MetadataStore> {
  const { url, durability, create = true, waiting, connections = CONNECTIONS, statementLimit = STATEMENT_LIMIT } = options;
  const pool = connect(url, { connections, statementLimit, idleLimit: CALL_LIMIT });
  const transact = postgresTransactor(pool);
  let closing: Promise<void> | undefined;
  const answered = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new MetadataStoreError("closed", "the metadata store is closed");
    try {
      return await withLimit(what, work());
    } catch (error) {
      throw storeError(error);
    }
  };
  try {
    if (!create) await answered("open", () => assertCurrent(postgresConnection(pool)));
    else if (!(await answered("open", () => isCurrent(postgresConnection(pool))))) await bringUpToDate(url, waiting);
  } catch (error) {
    await pool.close({ timeout: 0 });
    throw error;
  }
  const ask = postgresRun(pool);
  return bindStore({
    reader: executor(postgresDialect, (statement, values) => answered("a question", async () => ask(statement, values))),
    write: ({ name, kind, run }, parameters) =>
      answered(name, () =>
        transact.transaction(async (x) => {
          if (durability === "relaxed" || kind === "relaxed") await x.run("SET LOCAL synchronous_commit = off");
          return run(x, ...parameters);
        }),
      ),
    check: () => answered("check", async () => void (await schemaVersion(executor(postgresDialect, ask)))),
    close: () => {
      closing ??= pool.close({ timeout: CALL_LIMIT / 1000 });
      return closing;
    },
  });
}

/** A migration takes as long as it takes, and waits as long for that of another node: on a connection without limits. */
async function bringUpToDate(url: string, waiting: Waiting | undefined): Promise<void> {
  const pool = connect(url, { connections: 1, statementLimit: 0, idleLimit: 0 });
  try {
    await migrate(postgresTransactor(pool), undefined, waiting);
  } catch (error) {
    throw storeError(error);
  } finally {
    await pool.close({ timeout: 0 });
  }
}

/** Limits are milliseconds; 0: none. */
function connect(url: string, limits: { readonly connections: number; readonly statementLimit: number; readonly idleLimit: number }): SQL {
  return new SQL({
    url,
    adapter: "postgres",
    max: limits.connections,
    connectionTimeout: CONNECT_LIMIT,
    connection: {
      application_name: PROGRAM_NAME,
      statement_timeout: limits.statementLimit,
      idle_in_transaction_session_timeout: limits.idleLimit,
      client_min_messages: "warning",
    },
  });
}
async function withLimit<T>(what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new MetadataStoreError("timeout", `the metadata database gave no answer to ${what} within ${CALL_LIMIT / 1000} s`));
  }, CALL_LIMIT);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
