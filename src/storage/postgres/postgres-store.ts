import { SQL } from "bun";
import { type MetadataStore, MetadataStoreError } from "../metadata-store.ts";
import { bindStore } from "../sql/bind-store.ts";
import type { Executor, Transactor } from "../sql/executor.ts";
import { assertCurrent, migrate } from "../sql/migrate.ts";
import { RELAXED, type WriteName, writes } from "../sql/operations.ts";
import { storeError } from "./errors.ts";
import { postgresExecutor } from "./executor.ts";
import { postgresTransactor } from "./transactor.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; the user may create tables there. */
  readonly url: string;
  /** full: a change is on the server's disk when its promise resolves, as the server is configured. relaxed: soon after. */
  readonly durability: "full" | "relaxed";
  /** False: nothing is made or brought up to date where there is no database of this program. Default true. */
  readonly create?: boolean;
  /** Connections open at once. */
  readonly connections?: number | undefined;
}

const CONNECTIONS = 16;

/** Seconds to wait for a connection. */
const CONNECT_LIMIT = 10;

/** Milliseconds after which a call is given up. The server ends its statements a little earlier, which undoes them. */
const CALL_LIMIT = 30_000;
const STATEMENT_LIMIT = 25_000;

/**
 * Metadata in a PostgreSQL database (12 or later), for any number of processes and machines.
 * @throws MetadataStoreError `unavailable`, `newer-schema`; without `create` also `absent`, `older-schema`
 */
export async function openPostgresStore({ url, durability, create = true, connections = CONNECTIONS }: PostgresOptions): Promise<MetadataStore> {
  const pool = new SQL({
    url,
    adapter: "postgres",
    max: connections,
    connectionTimeout: CONNECT_LIMIT,
    connection: {
      application_name: "opm",
      statement_timeout: STATEMENT_LIMIT,
      idle_in_transaction_session_timeout: CALL_LIMIT,
      client_min_messages: "warning",
    },
  });
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
    await answered("open", () => (create ? migrate(transact) : assertCurrent(postgresExecutor(pool))));
  } catch (error) {
    await pool.close({ timeout: 0 });
    throw error;
  }
  const reader = postgresExecutor(pool);
  return bindStore({
    reader: { dialect: reader.dialect, query: (sql, parameters) => answered("a question", () => reader.query(sql, parameters)) },
    write: (method, parameters) => answered(method, () => change(transact, method, parameters, durability === "relaxed" || RELAXED.has(method))),
    check: () => answered("check", async () => void (await reader.query("SELECT version FROM schema_migration LIMIT 1"))),
    close: () => {
      closing ??= pool.close({ timeout: CALL_LIMIT / 1000 });
      return closing;
    },
  });
}

async function change(database: Transactor, method: WriteName, parameters: readonly unknown[], relaxed: boolean): Promise<unknown> {
  const operation = writes[method] as (x: Executor, ...parameters: readonly unknown[]) => Promise<unknown>;
  return database.transaction(async (x) => {
    if (relaxed) await x.query("SET LOCAL synchronous_commit = off");
    return operation(x, ...parameters);
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
