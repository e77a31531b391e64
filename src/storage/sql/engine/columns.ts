import type { Labels } from "../../metadata/catalog/definitions.ts";
import { byDialect, type Fragment, join, name, parameter, sql } from "./sql.ts";

/** What a column holds: whole numbers within 53 bits, text, or bytes. */
export type Kind = "integer" | "text" | "bytes";

/** A column of rows. `T` is what it is to the program: `Digest` for a text that was one when it was stored. */
export interface Column<out T> {
  readonly kind: Kind;
  readonly nullable: boolean;
  /** Never there: for the compiler. */
  readonly is?: T;
}

/** The columns of rows by name. */
export type Columns = Readonly<Record<string, Column<unknown>>>;

/** A row with these columns. */
export type Row<C extends Columns> = { readonly [Name in keyof C]: C[Name] extends Column<infer T> ? T : never };

export const integer: Column<number> = { kind: "integer", nullable: false };
export const text: Column<string> = { kind: "text", nullable: false };
export const bytes: Column<Uint8Array<ArrayBuffer>> = { kind: "bytes", nullable: false };

/** A column of text that only the program writes, and only what it has parsed. */
export function textOf<T extends string>(): Column<T> {
  return text as Column<T>;
}

/** The same column where there may be nothing. */
export function orNull<T>(column: Column<T>): Column<T | null> {
  return { kind: column.kind, nullable: true };
}

/** The names of columns as a SELECT lists them, with an alias of their table in front. */
export function names(columns: Columns, alias?: string): Fragment<unknown> {
  return byDialect(() => join(Object.keys(columns).map((column) => name(alias === undefined ? column : `${alias}.${column}`))));
}

type Set<Name extends string> = Fragment<{ readonly [Column in Name]: string | number | null }>;

/** `a = $1, b = $2`: what an UPDATE sets, by parameters of the columns' names. */
export function assignments<const Name extends string>(columns: readonly Name[]): Set<Name> {
  return byDialect(() => join(columns.map((column) => sql`${name(column)} = ${parameter(column)}`)));
}

/** `$1, $2`: the values of an INSERT, by parameters of the columns' names. */
export function values<const Name extends string>(columns: readonly Name[]): Set<Name> {
  return byDialect(() => join(columns.map((column) => parameter(column))));
}

/** What a column with labels holds; none for NULL. */
export function parseLabels(json: string | null): Labels {
  return json === null ? {} : JSON.parse(json);
}
