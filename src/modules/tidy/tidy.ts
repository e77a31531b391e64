import { readBuildList } from "../dependencies/build-list.ts";
import { type DownloadedModule, type DownloadOptions, downloadModules } from "../dependencies/download.ts";
import { withModuleLock } from "../files/module-lock.ts";
import { writeModuleTexts } from "../files/write-texts.ts";
import { ModuleError } from "../helper/helper.ts";
import type { DependencyChange, HelperResult, ModuleFile, ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { type DroppedVersions, dropUnused } from "./drop-unused.ts";
import { untidyFindings } from "./untidy-findings.ts";

export interface TidyOptions extends Omit<DownloadOptions, "force"> {
  readonly root: string;
  /** Add nothing: a missing dependency is refused. */
  readonly frozen: boolean;
  /** Only for this machine: replaced modules need be in no registry. */
  readonly localOnly: boolean;
  /** Where known projects are noted; undefined: the cache keeps what this module needs no more. */
  readonly home: string | undefined;
}

export interface TidiedModule {
  readonly changes: readonly DependencyChange[];
  /** All that the module is built of. */
  readonly modules: readonly DownloadedModule[];
  /** Files that were written or removed, relative to the root. */
  readonly files: readonly string[];
  /** What left the cache. */
  readonly dropped: DroppedVersions;
}

/**
 * Makes the dependencies of a module what its imports need, fetches them, and removes from the cache what nothing needs any more.
 * @throws ModuleError `refused` where `frozen` keeps it from adding what is missing; `not-found` for an import that no module provides;
 * `network`, `permission`, `invalid`; nothing is written then
 */
export async function tidyModule(session: ModuleSession, options: TidyOptions): Promise<TidiedModule> {
  const { root, frozen, localOnly, home, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const tidied = await withModuleLock(
    root,
    async () => {
      const { texts, changes, buildList } = await session.helper.call("tidy", { root, ...(frozen && { frozen }), ...(localOnly && { localOnly }) }, call);
      const missing = changes.filter(({ from }) => from === undefined);
      if (frozen && missing.length > 0) throw untidy(root, { changes: missing, what: "dependencies are missing, and --frozen adds none" });
      const before = changes.length === 0 || home === undefined ? [] : await buildListBefore(session, { root, ...call });
      const modules = await downloadModules(session, buildList, options);
      return { before, buildList, changes, modules, files: await writeModuleTexts(root, texts) };
    },
    call,
  );
  const { before, buildList, ...rest } = tidied;
  return { ...rest, dropped: await dropUnused(session, before, { root, kept: buildList, home, ...call }) };
}

/**
 * Looks whether a module is tidy; writes nothing.
 * @throws ModuleError `refused` with who is to blame where it is not
 */
export async function checkTidy(
  { helper }: Pick<ModuleSession, "helper">,
  options: Pick<TidyOptions, "root" | "localOnly" | "signal">,
): Promise<HelperResult<"tidy">> {
  const { root, localOnly, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const result = await helper.call("tidy", { root, frozen: true, ...(localOnly && { localOnly }) }, call);
  if (result.tidy) return result;
  const { file } = await helper.call("moduleFile", { root }, call);
  throw untidy(root, { changes: result.changes, dependencies: file.dependencies, what: "the module is not tidy" });
}

interface Untidy {
  readonly changes: readonly DependencyChange[];
  readonly dependencies?: ModuleFile["dependencies"];
  readonly what: string;
}

function untidy(root: string, { changes, dependencies = [], what }: Untidy): ModuleError {
  const count = changes.length < 2 ? "" : ` (${changes.length} problems)`;
  const details = { changes: changes.map(({ path, from, to }) => ({ module: path, from: from ?? null, to: to ?? null })) };
  return new ModuleError("refused", `${what}${count}`, { diagnostics: untidyFindings(changes, dependencies), details, root });
}

/** As far as it can be told: a module that is not tidy may lack what it takes to know. */
async function buildListBefore(session: ModuleSession, { root, signal }: { readonly root: string; readonly signal?: AbortSignal }): Promise<ModuleVersion[]> {
  const call = signal === undefined ? {} : { signal };
  try {
    return await readBuildList(session.cachedOnly(), { root, ...call });
  } catch {
    signal?.throwIfAborted();
    const { file } = await session.helper.call("moduleFile", { root }, call);
    return file.dependencies.filter(({ replaceWith }) => replaceWith === undefined).map(({ path, version }) => ({ path, version }));
  }
}
