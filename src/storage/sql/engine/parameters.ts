import type { SqlValue } from "./dialects.ts";
import { byDialect, Fragment, name, sql, word } from "./sql.ts";

type One<Name extends string> = Fragment<{ readonly [Key in Name]: SqlValue }>;

/** Suffix of a SELECT: the rows found stay locked until the transaction ends. Nothing where transactions do not overlap. */
export const LOCK: Fragment<unknown> = byDialect(({ lock }) => new Fragment([lock], []));

/** The same for the rows that nobody else has locked: those of others are left out. */
export const LOCK_FREE: Fragment<unknown> = byDialect(({ lockFree }) => new Fragment([lockFree], []));

/** A table with the column `value`: the strings of the JSON array in a parameter. */
export function strings<const Name extends string>(list: Name): One<Name> {
  return byDialect((dialect) => new Fragment(dialect.strings, [list]));
}

/** A table with the column `value`: the objects of the JSON array in a parameter, to be read by `field`. */
export function objects<const Name extends string>(list: Name): One<Name> {
  return byDialect((dialect) => new Fragment(dialect.objects, [list]));
}

/** The numbers of the JSON array in a parameter, for `IN (…)`. */
export function integers<const Name extends string>(list: Name): One<Name> {
  return sql`SELECT CAST(value AS BIGINT) FROM ${strings(list)}`;
}

/** A table with the column `id`: the numbers of the JSON array in a parameter, e.g. `page` as `idTable("ids", "page")`. */
export function idTable<const Name extends string>(list: Name, alias: "page" | "asked"): One<Name> {
  return sql`(SELECT CAST(value AS BIGINT) AS id FROM ${strings(list)}) AS ${name(alias)}`;
}

/**
 * The rows of a table, with the column `id`, that `which` finds for each row before, at most as many as its LIMIT says; a condition follows
 * with AND. SQLite looks up their numbers, where PostgreSQL would look for each row of the table whether it is one of them.
 */
export function someOfEach<P>(table: "manifest" | "dependency", alias: string, which: Fragment<P>): Fragment<P> {
  return byDialect(({ name: database }) =>
    database === "sqlite"
      ? sql`${name(table)} ${name(alias)} WHERE ${name(`${alias}.id`)} IN (SELECT id FROM ${name(table)} ${which})`
      : sql`LATERAL (SELECT * FROM ${name(table)} ${which}) AS ${name(alias)} WHERE true`,
  );
}

/** A field of an object of `objects`. */
export function field(key: string): Fragment<unknown> {
  return sql`value->>${word(key)}`;
}

/** The same as a number. */
export function integerField(key: string): Fragment<unknown> {
  return sql`CAST(${field(key)} AS BIGINT)`;
}

/** The same as a number of a code, which is small. */
export function codeField(key: string): Fragment<unknown> {
  return sql`CAST(${field(key)} AS SMALLINT)`;
}

/**
 * Rows as the value of a parameter for `objects`. PostgreSQL refuses NUL and half characters in JSON, though it takes,
 * or replaces, them elsewhere: they become U+FFFD in both databases.
 */
export function jsonParameter(rows: readonly unknown[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\ufffd") : value));
}

/** False for what no column can hold: a search for it finds nothing. PostgreSQL refuses both, in JSON too. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
