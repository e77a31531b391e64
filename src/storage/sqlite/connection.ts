import { Database, type Statement } from "bun:sqlite";
import type { Kind } from "../sql/engine/columns.ts";
import { type SqlValue, sqliteDialect } from "../sql/engine/dialects.ts";
import { type Connection, executor, type Run } from "../sql/engine/executor.ts";
import type { Prepared } from "../sql/engine/statement.ts";
import { type FoundColumn, verifyColumns } from "../sql/engine/verify-columns.ts";

/** Milliseconds that a statement waits for another process's lock. */
const BUSY_TIMEOUT = 5_000;

/** KiB of pages that a connection keeps, where one process has the file open. */
const PAGES = 65_536;

const common = (processes: number): string[] => [
  `PRAGMA busy_timeout = ${BUSY_TIMEOUT}`,
  "PRAGMA foreign_keys = ON",
  "PRAGMA temp_store = MEMORY",
  // Negative: KiB. Up to 1 GiB is read straight from the operating system's cache besides.
  `PRAGMA cache_size = -${Math.floor(PAGES / processes)}`,
  "PRAGMA mmap_size = 1073741824",
];

/** Opens the connection that writes, and creates the file where needed. @param processes that share the memory meant for one */
export function openWriteConnection(path: string, processes = 1): Database {
  const database = new Database(path, { create: true, readwrite: true, strict: true });
  for (const pragma of common(processes)) database.run(pragma);
  // Kept by the file from then on. With another process opening it at the same moment this may be refused at once.
  retryWhileBusy(() => database.run("PRAGMA journal_mode = WAL"));
  database.run("PRAGMA journal_size_limit = 67108864");
  return database;
}

/** Opens a connection that only reads. @param processes that share the memory meant for one */
export function openReadConnection(path: string, processes = 1): Database {
  const database = new Database(path, { readonly: true, strict: true });
  for (const pragma of common(processes)) database.run(pragma);
  return database;
}

/** Runs `work` again while another process is in the way, for about five seconds at most. */
function retryWhileBusy<T>(work: () => T): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || attempt === 50) throw error;
      Bun.sleepSync(100);
    }
  }
}

export function isBusy(error: unknown): boolean {
  return sqliteCode(error).startsWith("SQLITE_BUSY");
}

/** SQLite's name for what went wrong, e.g. `SQLITE_FULL`, or an empty string. */
export function sqliteCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Reads a number that changes whenever another connection, of this process or of another, has changed the database. */
export function dataVersion(database: Database): () => number {
  const statement = database.prepare<{ data_version: number }, []>("PRAGMA data_version");
  return () => statement.get()?.data_version ?? Number.NaN;
}

/** A parameter of a step of the schema. */
const PARAMETER = /\$(\d+)/g;

/** Runs statements at once, each prepared once. */
export function sqliteRun(database: Database): Run {
  const known = new Map<Prepared, Statement<unknown, SqlValue[]>>();
  const prepare = (wanted: Prepared): Statement<unknown, SqlValue[]> => {
    const statement = database.prepare<unknown, SqlValue[]>(wanted.text);
    verifyColumns(wanted, foundColumns(statement));
    known.set(wanted, statement);
    return statement;
  };
  return (wanted, values) => (known.get(wanted) ?? prepare(wanted)).all(...values);
}

/** A connection for the shared functions. */
export function sqliteConnection(database: Database): Connection {
  return {
    ...executor(sqliteDialect, sqliteRun(database)),
    async run<Row>(text: string, values: readonly SqlValue[] = []): Promise<Row[]> {
      return database.prepare<Row, SqlValue[]>(text.replaceAll(PARAMETER, "?$1")).all(...values);
    },
  };
}

/** The names are those of the columns' definitions, which for an expression SQLite does not tell. */
export const KINDS: Readonly<Record<string, Kind>> = { INTEGER: "integer", BIGINT: "integer", SMALLINT: "integer", TEXT: "text", BLOB: "bytes" };

/** The columns that a statement gives. */
export function foundColumns(statement: Statement): FoundColumn[] {
  const names = statement.columnNames;
  const types = names.length === 0 ? [] : statement.declaredTypes;
  return names.map((name, index) => ({ name, kind: KINDS[types[index] ?? ""] }));
}
