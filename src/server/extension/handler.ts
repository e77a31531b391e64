import type { z } from "zod";
import type { Principal } from "../../access/principal.ts";
import type { OPERATIONS, OperationId } from "../../api/operations.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Actor, Position } from "../../storage/metadata/records.ts";
import type { PathValues, ValuesIn } from "../path-values.ts";

type Operations = typeof OPERATIONS;

export type QueryOf<Id extends OperationId> = z.output<Operations[Id]["query"]>;
export type BodyOf<Id extends OperationId> = Operations[Id] extends { readonly body: infer Body extends z.ZodType } ? z.output<Body> : undefined;
export type ReplyOf<Id extends OperationId> = z.input<Operations[Id]["reply"]>;

/** Who asks, and of what. The caller has the right that the operation names. */
export interface ExtensionCall {
  readonly catalog: Catalog;
  readonly principal: Principal;
  readonly actor: Actor;
  /** Name of this registry in references, as the client or the configuration has it, with the port where it is needed. */
  readonly host: string;
}

/** A request after all of it was checked. */
export interface Input<Id extends OperationId> {
  readonly path: ValuesIn<Operations[Id]["path"]>;
  readonly query: QueryOf<Id>;
  readonly body: BodyOf<Id>;
  /** Where the page before ended: what the answer before had as `next`. */
  readonly after: Position | undefined;
}

export interface Answer<Reply> {
  readonly reply: Reply;
  /** Where this page ends; undefined: there is no other. */
  readonly next?: Position | undefined;
  /** For headers `Warning`, one line each. */
  readonly warnings?: readonly string[] | undefined;
  /** The same in the operation's other media types, as the text of a body. */
  readonly alternatives?: Readonly<Record<string, () => string | Promise<string>>>;
}

/** @throws RegistryError */
export type Handler<Id extends OperationId> = (call: ExtensionCall, input: Input<Id>) => Promise<Answer<ReplyOf<Id>>>;

export type Handlers = { readonly [Id in OperationId]: Handler<Id> };

/** A handler whose operation is not known at compile time. */
export type AnyHandler = (
  call: ExtensionCall,
  input: { readonly path: Partial<PathValues>; readonly query: unknown; readonly body: unknown; readonly after: Position | undefined },
) => Promise<Answer<unknown>>;
