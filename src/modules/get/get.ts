import { readBuildList } from "../dependencies/build-list.ts";
import { type ChangedDependencies, changeDependencies } from "../dependencies/change-dependencies.ts";
import { type DownloadedModule, type DownloadOptions, downloadModules } from "../dependencies/download.ts";
import type { ModuleSession } from "../module-session.ts";
import { withRouteHint } from "../reference/route-hint.ts";
import type { AddedRoute } from "../reference/snippet.ts";
import { type PinOptions, pinReferences } from "./pin-references.ts";

export interface GetOptions extends PinOptions, DownloadOptions {
  readonly root: string;
}

export interface GotModules extends ChangedDependencies {
  /** What other tools must be told to find the modules. */
  readonly added: readonly AddedRoute[];
  /** The value of `CUE_REGISTRY` that makes `cue` find them. */
  readonly registry: string;
}

/**
 * Sets dependencies to the versions that references name, and fetches all that the module is then built of.
 * `force` fetches the named ones anew.
 * @throws ModuleError `invalid` for what is no version in full; `refused` where another module requires a higher one; `not-found`,
 * `network`, `permission`; nothing is written then
 */
export async function getModules(session: ModuleSession, references: readonly string[], options: GetOptions): Promise<GotModules> {
  const { force, ...rest } = options;
  const pinned = await pinReferences(session, references, options);
  try {
    // anew before they are asked what they require
    const forced = force === true ? await downloadModules(pinned.session, pinned.require, { ...rest, force }) : [];
    const changed = await changeDependencies(pinned.session, { require: [...pinned.require] }, rest);
    return { ...changed, modules: withStates(changed.modules, forced), added: pinned.added, registry: pinned.session.routing.registry };
  } catch (error) {
    throw withRouteHint(error, pinned.added);
  }
}

/**
 * Fetches all that a module is built of, in the versions that it has. Changes nothing in the module, and asks no registry for what is
 * cached. `force` fetches everything anew.
 * @throws ModuleError `not-found`, `network`, `permission`, `invalid`
 */
export async function fetchDependencies(
  session: ModuleSession,
  options: Omit<GetOptions, keyof PinOptions> & { readonly signal?: AbortSignal },
): Promise<DownloadedModule[]> {
  return await downloadModules(session, await readBuildList(session, options), options);
}

/** What was fetched anew is cached by the time that all are looked at. */
function withStates(modules: readonly DownloadedModule[], forced: readonly DownloadedModule[]): DownloadedModule[] {
  return modules.map((module) => forced.find(({ path, version }) => path === module.path && version === module.version) ?? module);
}
