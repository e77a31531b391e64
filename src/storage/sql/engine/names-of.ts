import { type Fragment, name, sql } from "./sql.ts";

/**
 * What a number in a column stands for. Subqueries in place of joins: SQLite plans a join anew at every execution, which takes ten
 * times as long as the look-up itself.
 */
export function mediaTypeOf(column: Fragment<unknown> | string): Fragment<unknown> {
  return sql`(SELECT name FROM media_type WHERE id = ${typeof column === "string" ? name(column) : column})`;
}

/** The digest of the content whose number is in a column. */
export function digestOf(column: string): Fragment<unknown> {
  return sql`(SELECT digest FROM content WHERE id = ${name(column)})`;
}
