import type { Awaitable } from "../awaitable.ts";
import type { MetadataPorts, PortName } from "../metadata/store.ts";
import type { Executor } from "./engine/executor.ts";

/** A method of a port as it is written: the database connection comes first. */
export interface Operation<Values extends readonly unknown[], Result> {
  /**
   * question: needs no transaction. change: is to run in one, which is durable when its promise resolves. relaxed: likewise, and the port
   * allows that it is lost with the power.
   */
  readonly kind: "question" | "change" | "relaxed";
  readonly run: (x: Executor, ...values: Values) => Awaitable<Result>;
}

type OperationOf<Method> = Method extends (...values: infer Values) => infer Result ? Operation<Values, Awaited<Result>> : never;

/** Every method of every port. */
export type Operations = { readonly [Port in PortName]: { readonly [Method in keyof MetadataPorts[Port]]: OperationOf<MetadataPorts[Port][Method]> } };

/** An operation whose types nobody knows any more, e.g. on its way to another thread. */
export interface NamedOperation extends Operation<readonly unknown[], unknown> {
  readonly port: string;
  readonly method: string;
  /** e.g. `tags.put`, for messages between threads and for errors. */
  readonly name: string;
}

type Run<Values extends readonly unknown[], Result> = Operation<Values, Result>["run"];

export function question<Values extends readonly unknown[], Result>(run: Run<Values, Result>): Operation<Values, Result> {
  return { kind: "question", run };
}

export function change<Values extends readonly unknown[], Result>(run: Run<Values, Result>): Operation<Values, Result> {
  return { kind: "change", run };
}

export function relaxed<Values extends readonly unknown[], Result>(run: Run<Values, Result>): Operation<Values, Result> {
  return { kind: "relaxed", run };
}
