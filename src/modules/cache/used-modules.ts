import { resolve } from "node:path";
import type { Helper } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";

/**
 * The module versions that projects need: their build lists, as far as the cache has them, and what their module files name.
 * @param helper of a session that asks no registry
 * @param roots folders of modules
 */
export async function usedModules(helper: Helper, roots: readonly string[], signal?: AbortSignal): Promise<Set<string>> {
  const used = new Set<string>();
  const options = signal === undefined ? {} : { signal };
  for (const root of new Set(roots.map((path) => resolve(path)))) {
    // a project that cannot be read, or whose requirements are not all cached, keeps what is known of it
    const file = await helper.call("moduleFile", { root }, options).catch(ignore(signal));
    for (const { path, version } of file?.file.dependencies ?? []) used.add(moduleKey({ path, version }));
    const graph = await helper.call("graph", { root }, options).catch(ignore(signal));
    for (const { path, version, selected } of graph?.nodes ?? []) if (selected) used.add(moduleKey({ path, version }));
  }
  return used;
}

/** `lib.test/base@v1.2.3`, whatever the major of the path. */
export function moduleKey({ path, version }: ModuleVersion): string {
  return `${path.replace(/@[^@]*$/, "")}@${version}`;
}

function ignore(signal: AbortSignal | undefined) {
  return () => {
    signal?.throwIfAborted();
    return undefined;
  };
}
