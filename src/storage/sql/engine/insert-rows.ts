import type { SqlValue } from "./dialects.ts";
import type { Executor } from "./executor.ts";
import { each, type Fragment, join, name, sql } from "./sql.ts";
import { command, type Statement, sized } from "./statement.ts";

/** Rows of one statement at most: each number of rows is a statement to prepare. */
const CHUNK = 100;

/** What inserts rows: a statement for each number of them. */
export type Insertion<Column extends string> = (count: number) => Statement<never, { readonly rows: readonly Inserted<Column>[] }>;

/** A row that is inserted. */
export type Inserted<Column extends string> = { readonly [Name in Column]: SqlValue };

/**
 * An INSERT of rows with these columns. A few rows come much cheaper so than as the elements of a JSON array.
 * @param conflict what follows the values, e.g. `ON CONFLICT DO NOTHING`
 */
export function insertion<const Column extends string>(table: string, columns: readonly Column[], conflict: Fragment<unknown> = sql``): Insertion<Column> {
  return sized(CHUNK, (count) => {
    const values = each({ list: "rows", count, fields: columns }, (row) => sql`(${join<Fragment<unknown>>(columns.map((column) => row[column]))})`);
    return command(() => sql`INSERT INTO ${name(table)} (${join(columns.map((column) => name(column)))}) VALUES ${values} ${conflict}`);
  });
}

/** Inserts rows, any number of them. */
export function insertRows<Column extends string>(x: Executor, insert: Insertion<Column>, rows: readonly Inserted<Column>[]): void {
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK);
    x.send(insert(chunk.length), { rows: chunk });
  }
}
