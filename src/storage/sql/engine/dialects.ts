/** What a statement's parameter may be. Times and sizes are integers within 53 bits. */
export type SqlValue = string | number | null | Uint8Array;

export type DialectName = "sqlite" | "postgres";

/** Where the two databases differ in the text of a statement. */
export interface Dialect {
  readonly name: DialectName;
  /** Suffix of a SELECT: the rows found stay locked until the transaction ends. Empty where transactions do not overlap. */
  readonly lock: string;
  /** The same for the rows that nobody else has locked: those of others are left out. */
  readonly lockFree: string;
  /** What is written around a parameter for a table with the column `value`: the strings of the JSON array in it. */
  readonly strings: readonly [before: string, after: string];
  /** The same for objects, to be read by `value->>'field'`. */
  readonly objects: readonly [before: string, after: string];
  /** The parameter of this number, from 1. */
  parameter(number: number): string;
}

/**
 * SQLite 3.38 or later (for `->>`). Writes never overlap there, hence no row locks. SQLite plans a join for the values of its
 * parameters, and again for each set of values, which takes ten times as long as most of our joins. It does not look into a subquery.
 */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  lock: "",
  lockFree: "",
  strings: ["json_each(", ")"],
  objects: ["json_each(", ")"],
  parameter: (number) => `(SELECT ?${number})`,
};

/**
 * PostgreSQL 12 or later. The parameter passes through TEXT so that no client encodes the JSON text a second time. The lock
 * is the weaker NO KEY one: rows that only refer to a locked row must not wait for it.
 */
export const postgresDialect: Dialect = {
  name: "postgres",
  lock: " FOR NO KEY UPDATE",
  lockFree: " FOR NO KEY UPDATE SKIP LOCKED",
  strings: ["json_array_elements_text(CAST(CAST(", " AS TEXT) AS JSON)) AS elements(value)"],
  objects: ["json_array_elements(CAST(CAST(", " AS TEXT) AS JSON)) AS elements(value)"],
  parameter: (number) => `$${number}`,
};
