import type { ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";

interface Call {
  readonly root: string;
  readonly signal?: AbortSignal;
}

/**
 * The module versions that a module is built of, as far as registries have them: what a folder or another module stands for is left
 * out. Asks no registry where the cache has the module files.
 * @throws ModuleError `not-found` for a requirement that is in no registry
 */
export async function readBuildList({ helper }: Pick<ModuleSession, "helper">, { root, signal }: Call): Promise<ModuleVersion[]> {
  const { nodes } = await helper.call("graph", { root }, signal === undefined ? {} : { signal });
  return nodes.filter(({ selected, replacedBy }) => selected && replacedBy === undefined).map(({ path, version }) => ({ path, version }));
}
