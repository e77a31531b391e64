import { openLayoutArchiveTarget } from "../../client/content/layout-archive-target.ts";
import type { LayoutSource } from "../../client/content/layout-reader.ts";
import type { ProgressListener } from "../../client/progress.ts";
import { copyModule } from "../closure/copy-module.ts";
import { type FoundModule, registryModules } from "../closure/module-source.ts";
import { readClosure } from "../closure/read-closure.ts";
import { ModuleError } from "../helper/helper.ts";
import type { HelperResult, ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { layoutModules, layoutTag, listModules } from "./module-layout.ts";

export interface BundleOptions {
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/**
 * Writes versions of modules, with all that they require, into one new file: an OCI layout in a tar archive. Equal modules make
 * an equal file.
 * @throws ClientError `invalid` when there is a file of that name
 */
export async function saveBundle(session: ModuleSession, roots: readonly ModuleVersion[], file: string, options: BundleOptions = {}): Promise<ModuleVersion[]> {
  const { signal, onProgress } = options;
  const read = signal === undefined ? {} : { signal };
  if (roots.length === 0) throw new ModuleError("invalid", "there is nothing to save: the module requires no other; name versions of modules to save those");
  const target = await openLayoutArchiveTarget(file);
  try {
    const modules = await readClosure(await registryModules(session, session.routing), roots, read);
    // one after another, in an order that is the same each time
    for (const module of modules) await copyModule(module, { target, tag: layoutTag(module) }, { ...read, concurrency: 1, ...(onProgress && { onProgress }) });
    await target.close();
    return modules.map(({ path, version }) => ({ path, version }));
  } catch (error) {
    await target.discard();
    throw error;
  }
}

/** The modules of a bundle, dependencies first. @throws ModuleError `not-found` when one of them lacks what it requires */
export async function readBundle(bundle: LayoutSource, { signal }: BundleOptions = {}): Promise<FoundModule[]> {
  const read = signal === undefined ? {} : { signal };
  return await readClosure(layoutModules(bundle), await listModules(bundle, read), read);
}

/** Brings all modules of a bundle into the module cache, checked as if they came from a registry. @param session that answers from the bundle */
export async function loadIntoCache(
  { helper }: Pick<ModuleSession, "helper">,
  bundle: LayoutSource,
  { signal }: BundleOptions = {},
): Promise<HelperResult<"download">["modules"]> {
  const read = signal === undefined ? {} : { signal };
  return (await helper.call("download", { modules: await listModules(bundle, read) }, read)).modules;
}
