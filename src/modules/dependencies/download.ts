import type { CallOptions } from "../helper/helper.ts";
import type { HelperResult, ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";

/** A module version that is in the cache, checked and unpacked, and what had to be done for it. */
export type DownloadedModule = HelperResult<"download">["modules"][number];

/** How far the archive of a module version is. Bytes. */
export interface DownloadProgress extends ModuleVersion {
  readonly received: number;
  readonly total?: number | undefined;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Also what is there; the old copy stays where that fails. */
  readonly force?: boolean;
  /** Told of what is fetched, not of what is cached. It must not throw. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Brings module versions into the cache, checked and unpacked, so that everything after it works without a registry.
 * @throws ModuleError `not-found`, `network`, `permission` as registries answer; `invalid` for content that is not what it should be
 */
export async function downloadModules(
  { helper }: Pick<ModuleSession, "helper">,
  modules: readonly ModuleVersion[],
  options: DownloadOptions = {},
): Promise<DownloadedModule[]> {
  if (modules.length === 0) return [];
  const { signal, force, onProgress } = options;
  const call: CallOptions = { ...(signal && { signal }), ...(onProgress && { onEvent: await listenerOf(onProgress) }) };
  return (await helper.call("download", { modules: [...modules], ...(force === true && { force }) }, call)).modules;
}

async function listenerOf(onProgress: (progress: DownloadProgress) => void): Promise<(event: unknown) => void> {
  const { HELPER_METHODS } = await import("../helper/protocol.ts");
  const schema = HELPER_METHODS.download().event;
  return (event) => {
    const progress = schema.safeParse(event);
    if (progress.success) onProgress(progress.data);
  };
}
