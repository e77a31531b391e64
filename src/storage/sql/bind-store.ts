import { type Awaitable, after } from "../awaitable.ts";
import type { RightsRevision } from "../metadata/catalog/definitions.ts";
import type { MetadataPorts, MetadataStore } from "../metadata/store.ts";
import type { Executor } from "./engine/executor.ts";
import type { NamedOperation } from "./operation.ts";
import { namedOperations } from "./operations.ts";
import { createProgramGate } from "./program-gate.ts";

/** What a driver provides. */
export interface StoreParts {
  /** Runs the statements of questions. */
  readonly reader: Executor;
  /** Runs a change in one transaction. Parameters and result are those of the port's method. */
  write(change: NamedOperation, parameters: readonly unknown[]): Promise<unknown>;
  /** As `MetadataStore` has it. */
  readonly toldRights?: (() => number) | undefined;
  check(): Promise<void>;
  close(): Promise<void>;
}

type AnyMethod = (...parameters: readonly unknown[]) => Awaitable<unknown>;

/** Makes a metadata store of the shared statements and a driver. A program that has become too old for the schema changes nothing through it. */
export function bindStore({ reader, write, toldRights, check, close }: StoreParts): MetadataStore {
  const gate = createProgramGate();
  const change = async (operation: NamedOperation, parameters: readonly unknown[]): Promise<unknown> => {
    gate.assertOpen();
    return write(operation, parameters.map(compact));
  };
  const bound: Record<string, Record<string, AnyMethod>> = {};
  for (const operation of namedOperations) {
    const { port, method, kind, run } = operation;
    bound[port] = {
      ...bound[port],
      [method]: kind === "question" ? (...parameters) => run(reader, ...parameters) : (...parameters) => change(operation, parameters),
    };
  }
  // The names and signatures are those of `operations`, whose type says that none is missing.
  const ports = bound as unknown as MetadataPorts;
  const rights = (): Awaitable<RightsRevision> =>
    after(ports.definitions.rights(), (seen) => {
      gate.see(seen.program);
      return seen;
    });
  return {
    ...ports,
    definitions: { ...ports.definitions, rights },
    toldRights,
    async check() {
      await check();
      await rights();
      gate.assertOpen();
    },
    close,
  };
}

/** A copy of bytes that are a part of a larger buffer, which a message to a thread would take along as a whole. */
function compact(parameter: unknown): unknown {
  if (typeof parameter !== "object" || parameter === null || !("body" in parameter)) return parameter;
  const { body } = parameter;
  if (!(body instanceof Uint8Array) || body.byteLength === body.buffer.byteLength) return parameter;
  return { ...parameter, body: new Uint8Array(body) };
}
