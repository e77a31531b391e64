import { resolve } from "node:path";
import { ModuleError } from "../helper/helper.ts";
import type { HelperParams, HelperResult } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { packagePattern } from "../package-pattern.ts";

export type PolicyResult = HelperResult<"build">["policies"][number];

export interface BuildOptions extends Omit<HelperParams<"build">, "output"> {
  readonly output?: "yaml" | "json";
  /** The folder that names of packages start from. Default: the root. */
  readonly from?: string;
  readonly signal?: AbortSignal;
}

/** One object of a rendered module. `bytes` of `text` are its own. */
export interface RenderedObject {
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly text: Uint8Array;
}

/** A rendered module: the texts of all objects make the output when put together. */
export interface RenderedModule extends Omit<HelperResult<"build">, "objects" | "body"> {
  readonly objects: readonly RenderedObject[];
  readonly text: Uint8Array;
}

/**
 * Renders a module with exactly the versions that module.cue has.
 * @throws ModuleError `invalid` with findings; `refused` for a violated policy, whose `details.policies` has all of them; what
 * registries answer where the cache lacks a module
 */
export async function buildModule({ helper }: Pick<ModuleSession, "helper">, options: BuildOptions): Promise<RenderedModule> {
  const { from, output = "yaml", signal, values, package: name, ...rest } = options;
  const { root } = rest;
  const params = {
    ...rest,
    output,
    ...(name !== undefined && { package: packagePattern(name, { root, from: from ?? root }) }),
    ...(values !== undefined && { values: values.map((file) => resolve(file)) }),
  };
  try {
    const { result, body } = await helper.stream("build", params, signal === undefined ? {} : { signal });
    const text = await readAll(body);
    const { objects, mode, policies, warnings } = result;
    return { mode, policies, warnings, text, objects: divide(text, objects) };
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
    const { code, message, diagnostics, details } = error;
    throw new ModuleError(code, message, { diagnostics: [...diagnostics], details, root, cause: error });
  }
}

/** All of it before any is printed: a body that breaks off must leave no half of an output. */
async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

function divide(text: Uint8Array, objects: HelperResult<"build">["objects"]): RenderedObject[] {
  let at = 0;
  return objects.map(({ bytes, kind, name, namespace }) => {
    const start = at;
    at += bytes;
    return { kind, name, namespace, text: text.subarray(start, at) };
  });
}
