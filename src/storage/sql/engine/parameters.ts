import type { Executor } from "./executor.ts";

/** A table with the column `id`: the integers of the JSON array in a parameter, e.g. `idTable(x, "$1", "page")`. */
export function idTable(x: Executor, parameter: string, alias: string): string {
  return `(SELECT CAST(value AS BIGINT) AS id FROM ${x.dialect.strings(parameter)}) AS ${alias}`;
}

/**
 * Rows as the text of a parameter for `Dialect.objects`. PostgreSQL refuses NUL and half characters in JSON, though it takes,
 * or replaces, them elsewhere: they become U+FFFD in both databases.
 */
export function jsonParameter(rows: readonly unknown[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\ufffd") : value));
}

/** False for what no column can hold: a search for it finds nothing. PostgreSQL refuses both, in JSON too. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
