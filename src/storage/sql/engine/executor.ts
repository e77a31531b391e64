import { type Awaitable, after } from "../../awaitable.ts";
import type { Dialect, SqlValue } from "./dialects.ts";
import type { Place } from "./sql.ts";
import { type Prepared, preparedFor, type Statement } from "./statement.ts";

/** Runs statements on one database connection or transaction. */
export interface Executor {
  readonly dialect: Dialect;
  query<R>(statement: Statement<R, unknown>): Promise<R[]>;
  query<R, P>(statement: Statement<R, P>, given: P): Promise<R[]>;
  /** The same, at once where the driver can: for the questions that small requests consist of. */
  ask<R, P>(statement: Statement<R, P>, given: P): Awaitable<R[]>;
  /**
   * In a transaction, runs its last statement: where a commit is a round trip, it goes with the statement. What comes after all is another
   * transaction there, so what was done by then must stand by itself.
   */
  last<R, P>(statement: Statement<R, P>, given: P): Promise<R[]>;
  /**
   * In a transaction, runs a statement, whose rows nobody wants, before all that follows, and waits for no answer: that would be a round trip.
   * Where it fails, what follows fails, and the transaction with it.
   */
  send(statement: Statement<unknown, unknown>): void;
  send<P>(statement: Statement<unknown, P>, given: P): void;
}

/** What also runs texts, with parameters `$1`, `$2`, …, whose rows nobody holds against anything: for the steps of the schema, and for drivers. */
export interface Connection extends Executor {
  run<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

/** What a driver does: runs a statement with its values in their order, and gives rows with the statement's columns. */
export type Run = (statement: Prepared, values: readonly SqlValue[]) => Awaitable<unknown[]>;

/**
 * What runs statements by a driver. Rows are what the statement declares, because drivers hold them against it (`verifyColumns`).
 * @param runLast as `run`, and commits
 */
export function executor(dialect: Dialect, run: Run, runLast = run): Executor {
  const by =
    (use: Run) =>
    <R, P>(statement: Statement<R, P>, given?: P) => {
      const prepared = preparedFor(statement, dialect);
      return use(prepared, valuesOf(prepared.places, given)) as Awaitable<R[]>;
    };
  const [ask, askLast] = [by(run), by(runLast)];
  return {
    dialect,
    ask,
    query: async <R, P>(statement: Statement<R, P>, given?: P) => ask(statement, given),
    last: async <R, P>(statement: Statement<R, P>, given?: P) => askLast(statement, given),
    send: <P>(statement: Statement<unknown, P>, given?: P) => {
      const answer = ask(statement, given);
      // The end of the transaction tells of the failure. A promise that nobody looks at would end the process.
      if (answer instanceof Promise) answer.catch(() => undefined);
    },
  };
}

function valuesOf(places: readonly Place[], given: unknown): SqlValue[] {
  const values: SqlValue[] = [];
  for (const place of places) {
    const value = typeof place === "string" ? (given as Values)[place] : (given as Lists)[place.list]?.[place.index]?.[place.field];
    if (value === undefined) throw new Error(`a statement was given no value for ${typeof place === "string" ? place : place.field}`);
    values.push(value);
  }
  return values;
}

type Values = Readonly<Record<string, SqlValue>>;
type Lists = Readonly<Record<string, readonly Values[]>>;

/** A database that can run a function in one transaction, which is undone when the function throws. */
export interface Transactor {
  readonly dialect: Dialect;
  transaction<T>(work: (x: Connection) => Promise<T>): Promise<T>;
}

/** The first row, or undefined. */
export async function queryOne<R>(x: Executor, statement: Statement<R, unknown>): Promise<R | undefined>;
export async function queryOne<R, P>(x: Executor, statement: Statement<R, P>, given: P): Promise<R | undefined>;
export async function queryOne<R, P>(x: Executor, statement: Statement<R, P>, given?: P): Promise<R | undefined> {
  const rows = await x.query(statement, given as P);
  return rows[0];
}

/** The first row, or undefined; at once where the driver can. */
export function askOne<R, P>(x: Executor, statement: Statement<R, P>, given: P): Awaitable<R | undefined> {
  return after(x.ask(statement, given), firstOf);
}

function firstOf<R>(rows: readonly R[]): R | undefined {
  return rows[0];
}
