import type { Columns, Row } from "./columns.ts";
import type { Dialect, DialectName } from "./dialects.ts";
import { type Fragment, type Place, write } from "./sql.ts";

/** A statement as one database takes it. */
export interface Prepared {
  readonly text: string;
  readonly places: readonly Place[];
  readonly columns: Columns;
}

/**
 * A statement with what its rows are and what it takes. Declared once, with `rowsOf` or `command`, when the file is loaded. What it says
 * is asked for at its first use in each database, and the text kept: templates are too slow for the start of the program to make all.
 * A literal and of no class for the same reason: hundreds are made in each thread.
 * @template R its rows
 * @template P its parameters by name; `unknown`: none
 */
export interface Statement<out R, in P> {
  readonly columns: Columns;
  readonly write: () => Fragment<P>;
  /** For the databases that it was used in. */
  prepared: Readonly<Partial<Record<DialectName, Prepared>>> | undefined;
  /** Never there: for the compiler. */
  readonly gives: R;
}

const declared = new Set<Statement<unknown, never>>();
const undeclared: (() => void)[] = [];

/** The statements of the files that are loaded: for the test that prepares them. */
export const STATEMENTS = {
  add: (statement: Statement<unknown, never>): void => void declared.add(statement),
  /** @param declare declares the forms of a statement that has several, which the program does when it wants one */
  addForms: (declare: () => void): void => void undeclared.push(declare),
  /** Each in all its forms. */
  all(): Statement<unknown, never>[] {
    for (let declare = undeclared.pop(); declare !== undefined; declare = undeclared.pop()) declare();
    return [...declared];
  },
};

/** A statement as a database takes it. */
export function preparedFor(statement: Statement<unknown, never>, dialect: Dialect): Prepared {
  const known = statement.prepared?.[dialect.name];
  if (known !== undefined) return known;
  const made = { ...write(statement.write(), dialect), columns: statement.columns };
  statement.prepared = { ...statement.prepared, [dialect.name]: made };
  return made;
}

/** A statement that gives rows with these columns: `` rowsOf({ id: integer }, () => sql`SELECT id FROM repository WHERE name = ${"name"}`) ``. */
export function rowsOf<C extends Columns, P>(columns: C, write: () => Fragment<P>): Statement<Row<C>, P> {
  const literal: Omit<Statement<Row<C>, P>, "gives"> = { columns, write, prepared: undefined };
  const statement = literal as Statement<Row<C>, P>;
  STATEMENTS.add(statement);
  return statement;
}

/** A statement that gives no rows. */
export function command<P>(write: () => Fragment<P>): Statement<never, P> {
  return rowsOf<Record<never, never>, P>({}, write) as Statement<never, P>;
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
  STATEMENTS.addForms(() => {
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
  STATEMENTS.addForms(() => {
    for (let count = 1; count <= most; count++) get(count);
  });
  return get;
}
