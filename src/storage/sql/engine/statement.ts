import type { Columns, Row } from "./columns.ts";
import type { Dialect, DialectName } from "./dialects.ts";
import { type Fragment, type Hole, type Parameters, type Place, sql, write } from "./sql.ts";

/** A statement as one database takes it. */
export interface Prepared {
  readonly text: string;
  readonly places: readonly Place[];
  readonly columns: Columns;
}

/** Every statement that was written so far, and what writes the other forms of those that have several. */
const written = new Set<Statement<unknown, never>>();
const unwritten: (() => void)[] = [];

/**
 * A statement with what its rows are and what it takes. Written once, with `rowsOf` or `command`, when the file is loaded: the text
 * of each database is made at its first use and kept.
 * @template R its rows
 * @template P its parameters by name; `unknown`: none
 */
export class Statement<out R, in P> {
  readonly columns: Columns;
  readonly #fragment: Fragment<P>;
  #written: Partial<Record<DialectName, Prepared>> | undefined;
  /** Never there: for the compiler. */
  declare readonly gives: R;
  declare readonly takes: (given: P) => void;

  constructor(columns: Columns, fragment: Fragment<P>) {
    this.columns = columns;
    this.#fragment = fragment;
    written.add(this);
  }

  /** Every statement of the files that are loaded, in all its forms: for the test that prepares them. */
  static all(): Statement<unknown, never>[] {
    for (let writeForms = unwritten.pop(); writeForms !== undefined; writeForms = unwritten.pop()) writeForms();
    return [...written];
  }

  for(dialect: Dialect): Prepared {
    const known = this.#written?.[dialect.name];
    if (known !== undefined) return known;
    const prepared = { ...write(this.#fragment, dialect), columns: this.columns };
    this.#written = { ...this.#written, [dialect.name]: prepared };
    return prepared;
  }
}

type Tag<R> = <const Holes extends readonly Hole[]>(texts: TemplateStringsArray, ...holes: Holes) => Statement<R, Parameters<Holes>>;

/** A statement that gives rows with these columns: `` rowsOf({ id: integer })`SELECT id FROM repository WHERE name = ${"name"}` ``. */
export function rowsOf<C extends Columns>(columns: C): Tag<Row<C>> {
  return (texts, ...holes) => new Statement(columns, sql(texts, ...holes));
}

/** A statement that gives no rows. */
export const command: Tag<never> = rowsOf<Record<never, never>>({}) as Tag<never>;

/** Statements for each of the keys, e.g. for each order of a list. Written when they are first wanted. */
export function formsOf<Key extends string, Form>(keys: readonly Key[], form: (key: Key) => Form): (key: Key) => Form {
  const forms = new Map<Key, Form>();
  const get = (key: Key): Form => {
    const known = forms.get(key);
    if (known !== undefined) return known;
    const made = form(key);
    forms.set(key, made);
    return made;
  };
  unwritten.push(() => {
    for (const key of keys) get(key);
  });
  return get;
}

/** One statement for each number of rows that it takes, from 1 to `most`. */
export function sized<R, P>(most: number, form: (count: number) => Statement<R, P>): (count: number) => Statement<R, P> {
  const forms: Statement<R, P>[] = [];
  const get = (count: number): Statement<R, P> => {
    const known = forms[count];
    if (known !== undefined) return known;
    const made = form(count);
    forms[count] = made;
    return made;
  };
  unwritten.push(() => {
    for (let count = 1; count <= most; count++) get(count);
  });
  return get;
}
