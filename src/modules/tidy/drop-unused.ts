import { realpath } from "node:fs/promises";
import { knownProjects } from "../cache/known-projects.ts";
import { moduleKey, usedModules } from "../cache/used-modules.ts";
import { ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";

export interface DropOptions {
  /** The module that needed them. */
  readonly root: string;
  /** What it is built of now. */
  readonly kept: readonly ModuleVersion[];
  /** Where known projects are noted; undefined: nothing is removed. */
  readonly home: string | undefined;
  readonly signal?: AbortSignal;
}

/** What left the cache. */
export interface DroppedVersions {
  readonly modules: readonly ModuleVersion[];
  readonly bytes: number;
  /** Why something had to stay that nothing needs. */
  readonly problem?: string;
}

/**
 * Removes module versions from the cache that a module needs no more, unless another project that `opm` worked on needs them. Asks no
 * registry. A cache that cannot be changed is no error: the module is well without.
 */
export async function dropUnused(session: ModuleSession, left: readonly ModuleVersion[], options: DropOptions): Promise<DroppedVersions> {
  const { root, kept, home, signal } = options;
  const keptKeys = new Set(kept.map(moduleKey));
  const doubtful = left.filter((module) => !keptKeys.has(moduleKey(module)));
  if (doubtful.length === 0 || home === undefined) return { modules: [], bytes: 0 };
  const { helper } = session.cachedOnly();
  const here = await realpath(root);
  const known = await knownProjects(home);
  const others = [];
  for (const other of known) if ((await realpath(other).catch(() => other)) !== here) others.push(other);
  const used = await usedModules(helper, others, signal);
  const doomed = doubtful.filter((module) => !used.has(moduleKey(module)));
  if (doomed.length === 0) return { modules: [], bytes: 0 };
  const call = signal === undefined ? {} : { signal };
  try {
    const { modules: found } = await helper.call("verify", { modules: doomed }, call);
    const { bytes } = await helper.call("remove", { modules: doomed }, call);
    return { modules: found.filter(({ state }) => state !== "missing").map(({ path, version }) => ({ path, version })), bytes };
  } catch (error) {
    if (!(error instanceof ModuleError) || signal?.aborted === true) throw error;
    return { modules: [], bytes: 0, problem: error.message };
  }
}
