/** What a statement's parameter may be. Times and sizes are integers within 53 bits. */
export type SqlValue = string | number | null | Uint8Array;

/** Where the two databases differ in the text of a statement. */
export interface Dialect {
  readonly name: "sqlite" | "postgres";
  /** Suffix of a SELECT: the rows found stay locked until the transaction ends. Empty where transactions do not overlap. */
  readonly lock: string;
  /** A table with the column `value`: the strings of the JSON array in a parameter, e.g. `strings("$1")`. */
  strings(parameter: string): string;
  /** A table with the column `value`: the objects of the JSON array in a parameter, to be read by `value->>'field'`. */
  objects(parameter: string): string;
}

/**
 * Runs statements on one database connection or transaction. Parameters are `$1`, `$2`, … in both databases.
 * Rows come back as objects; integers as numbers, bytes as `Uint8Array`.
 */
export interface Executor {
  readonly dialect: Dialect;
  query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}

/** A database that can run a function in one transaction, which is undone when the function throws. */
export interface Transactor {
  readonly dialect: Dialect;
  transaction<T>(work: (x: Executor) => Promise<T>): Promise<T>;
}

/** The first row, or undefined. */
export async function queryOne<Row>(x: Executor, sql: string, parameters: readonly SqlValue[] = []): Promise<Row | undefined> {
  const rows = await x.query<Row>(sql, parameters);
  return rows[0];
}
