import type { z } from "zod";
import type { Operation, PathParameter } from "../../api/operation.ts";
import type { OPERATIONS, OperationId } from "../../api/operations.ts";
import type { QueryValue } from "../remote/json.ts";

type Operations = typeof OPERATIONS;
type NamesIn<Path extends string> = Path extends `${string}{${infer Name extends PathParameter}}${infer Rest}` ? Name | NamesIn<Rest> : never;

export type ReplyOf<Id extends OperationId> = z.output<Operations[Id]["reply"]>;
export type QueryOf<Id extends OperationId> = z.input<Operations[Id]["query"]>;
type BodyOf<Id extends OperationId> = Operations[Id] extends { readonly body: infer Body extends z.ZodType } ? { readonly body: z.input<Body> } : unknown;

/** What a request of an operation consists of: the values of its path, its parameters and its body. */
export type OperationRequest<Id extends OperationId> = Readonly<Record<NamesIn<Operations[Id]["path"]>, string>> &
  BodyOf<Id> & {
    readonly query?: QueryOf<Id>;
    /** What is tried, as the start of a message: `cannot list the versions of registry.example.com/team/app`. */
    readonly what: string;
    readonly signal?: AbortSignal;
  };

/** A request whose operation is not known at compile time. */
export interface AnyOperationRequest extends Readonly<Partial<Record<PathParameter, string>>> {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly what: string;
  readonly signal?: AbortSignal;
}

/** The path of an operation with its parameters in place. Slashes stay in a repository name, and in nothing else. */
export function operationPath({ path }: Pick<Operation, "path">, request: Readonly<Partial<Record<PathParameter, string>>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: PathParameter) => {
    const value = request[name] ?? "";
    return name === "name" ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value);
  });
}

/** Parameters as a URL carries them: what is undefined is left out. */
export function operationQuery(query: Readonly<Record<string, unknown>> = {}): Record<string, QueryValue> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]): [string, QueryValue][] => {
      if (value === undefined || value === null) return [];
      if (Array.isArray(value)) return [[name, value.map(String)]];
      return [[name, typeof value === "number" || typeof value === "boolean" ? value : String(value)]];
    }),
  );
}
