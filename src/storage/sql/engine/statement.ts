import type { Columns, Row } from "./columns.ts";
import type { Dialect, DialectName } from "./dialects.ts";
import { type Fragment, type Place, write } from "./sql.ts";

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
 * A statement with what its rows are and what it takes. Declared once, with `rowsOf` or `command`, when the file is loaded. What it says
 * is asked for at its first use in each database, and the text kept: templates are too slow for the start of the program to make all.
 * @template R its rows
 * @template P its parameters by name; `unknown`: none
 */
export class Statement<out R, in P> {
  readonly columns: Columns;
  readonly #write: () => Fragment<P>;
  #written: Partial<Record<DialectName, Prepared>> | undefined;
  /** Never there: for the compiler. */
  declare readonly gives: R;
  declare readonly takes: (given: P) => void;

  constructor(columns: Columns, write: () => Fragment<P>) {
    this.columns = columns;
    this.#write = write;
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
    const prepared = { ...write(this.#write(), dialect), columns: this.columns };
    this.#written = { ...this.#written, [dialect.name]: prepared };
    return prepared;
  }
}

/** A statement that gives rows with these columns: `` rowsOf({ id: integer }, () => sql`SELECT id FROM repository WHERE name = ${"name"}`) ``. */
export function rowsOf<C extends Columns, P>(columns: C, write: () => Fragment<P>): Statement<Row<C>, P> {
  return new Statement(columns, write);
}

/** A statement that gives no rows. */
export function command<P>(write: () => Fragment<P>): Statement<never, P> {
  return new Statement<never, P>({}, write);
}

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
