import type { MetadataReader, MetadataStore, MetadataWriter } from "../metadata-store.ts";
import type { Executor } from "./engine/executor.ts";
import { type Reads, reads, type WriteName, writes } from "./operations.ts";

/** What a driver provides. */
export interface StoreParts {
  /** Runs the statements of questions. */
  readonly reader: Executor;
  /** Runs a change in one transaction. Parameters and result are those of the method of this name. */
  write(method: WriteName, parameters: readonly unknown[]): Promise<unknown>;
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a metadata store of the shared statements and a driver. */
export function bindStore({ reader, write, check, close }: StoreParts): MetadataStore {
  const questions = Object.entries(reads).map(([name, read]) => {
    const operation = read as (x: Executor, ...parameters: readonly unknown[]) => Promise<unknown>;
    return [name, (...parameters: readonly unknown[]) => operation(reader, ...parameters)] as const;
  });
  const changes = (Object.keys(writes) as WriteName[]).map(
    (name) => [name, (...parameters: readonly unknown[]) => write(name, parameters.map(compact))] as const,
  );
  return {
    // The names and signatures are those of `reads` and `writes`, whose types say that none is missing.
    ...(Object.fromEntries(questions) as Pick<MetadataReader, keyof Reads>),
    ...(Object.fromEntries(changes) as unknown as MetadataWriter),
    check,
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
