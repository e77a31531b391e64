import type { Dialect, SqlValue } from "./dialects.ts";

/** What stands for a value in a text: the parameter `name`, or the field of an element of a parameter that is a list of rows. */
export type Place = string | { readonly list: string; readonly index: number; readonly field: string };

/** What stands between the texts of a fragment; a function is asked when the fragment is written. */
type Piece = Place | number | Fragment<never> | ((dialect: Dialect) => Fragment<never>);

/**
 * A piece of SQL with its parameters. All of it is written in the program: values come as parameters, never as text.
 * @template P its parameters by name; `unknown`: none
 */
export class Fragment<in P> {
  readonly texts: readonly string[];
  readonly pieces: readonly Piece[];
  /** Never there: for the compiler, which tells fragments apart by it. */
  declare readonly takes: (given: P) => void;

  constructor(texts: readonly string[], pieces: readonly Piece[]) {
    this.texts = texts;
    this.pieces = pieces;
  }
}

/** What a template may hold: the name of a parameter, a whole number, which becomes text, or a fragment. */
export type Hole = string | number | Fragment<never>;

type ParametersOf<H> = H extends string ? { readonly [Name in H]: SqlValue } : H extends Fragment<infer P> ? P : unknown;

type Together<H> = (H extends unknown ? (given: ParametersOf<H>) => void : never) extends (given: infer P) => void ? P : never;

/** All parameters of the holes of a template. */
export type Parameters<Holes extends readonly Hole[]> = [Holes[number]] extends [never] ? unknown : Together<Holes[number]>;

/**
 * A fragment as it is written: `` sql`name = ${"name"} AND state < ${CONTENT.linked} AND ${CONDITION}` ``. The same parameter may
 * stand in several places. Statements are made of them, see `rowsOf` and `command`.
 */
export function sql<const Holes extends readonly Hole[]>(texts: TemplateStringsArray, ...holes: Holes): Fragment<Parameters<Holes>> {
  return new Fragment(texts, holes);
}

/** What the two databases write differently. */
export function byDialect<P>(choose: (dialect: Dialect) => Fragment<P>): Fragment<P> {
  return new Fragment(["", ""], [choose]);
}

/** The parameter of this name. */
export function parameter<const Name extends string>(place: Name): Fragment<{ readonly [Key in Name]: SqlValue }> {
  return new Fragment(["", ""], [place]);
}

/** A name of a table or column, with its alias where it has one. */
export function name(text: string): Fragment<unknown> {
  return byDialect(() => {
    if (!/^[a-z_]+(?:\.[a-z_]+)?$/.test(text)) throw new RangeError(`'${text}' is no name of a column`);
    return new Fragment([text], []);
  });
}

/** A word of the program as a text in SQL, e.g. the field of a JSON object. */
export function word(text: string): Fragment<unknown> {
  return byDialect(() => {
    if (!/^[\w-]+$/.test(text)) throw new RangeError(`'${text}' is no word`);
    return new Fragment([`'${text}'`], []);
  });
}

/** Fragments, or numbers, with commas between them, or with what `between` says. */
export function join<Item extends Fragment<never> | number>(items: readonly Item[], between = ", "): Fragment<Together<Item>> {
  return new Fragment(["", ...items.map((_, index) => (index === items.length - 1 ? "" : between))], items);
}

/** Rows in a text: as many of the parameter `list` as `count` says, with these fields. */
export interface RowsInText<List extends string, Field extends string> {
  readonly list: List;
  readonly count: number;
  readonly fields: readonly Field[];
}

/** A fragment for each of the rows, e.g. `($1, $2), ($3, $4)`. */
export function each<const List extends string, const Field extends string, More>(
  { list, count, fields }: RowsInText<List, Field>,
  write: (row: Readonly<Record<Field, Fragment<unknown>>>) => Fragment<More>,
): Fragment<More & { readonly [Name in List]: readonly { readonly [Name in Field]: SqlValue }[] }> {
  const rowAt = (index: number) => Object.fromEntries(fields.map((field) => [field, new Fragment(["", ""], [{ list, index, field }])]));
  return join(Array.from({ length: count }, (_, index) => write(rowAt(index) as Record<Field, Fragment<unknown>>)));
}

/** A text as a database takes it, and the places of its parameters in their order. */
export interface Written {
  readonly text: string;
  readonly places: readonly Place[];
}

/** Writes a fragment for a database. Places of the same value have the same number. */
export function write(fragment: Fragment<never>, dialect: Dialect): Written {
  const places: Place[] = [];
  const numbers = new Map<string, number>();
  const writePlace = (place: Place): string => {
    const key = typeof place === "string" ? place : `${place.list} ${place.index} ${place.field}`;
    const number = numbers.get(key) ?? places.push(place);
    numbers.set(key, number);
    return dialect.parameter(number);
  };
  const writeFragment = ({ texts, pieces }: Fragment<never>): string => {
    let text = texts[0] ?? "";
    for (const [index, piece] of pieces.entries()) text += writePiece(piece) + (texts[index + 1] ?? "");
    return text;
  };
  const writePiece = (piece: Piece): string => {
    if (piece instanceof Fragment) return writeFragment(piece);
    if (typeof piece === "function") return writeFragment(piece(dialect));
    return typeof piece === "number" ? writeNumber(piece) : writePlace(piece);
  };
  return { text: writeFragment(fragment), places };
}

function writeNumber(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} in the text of a statement is no whole number`);
  return String(value);
}
