import { defaultCachePath } from "../../../client/cache.ts";
import { type CachedBlob, listCachedBlobs } from "../../../client/cache-contents.ts";
import { type CachedModule, listCachedModules } from "../../../modules/cache/cached-modules.ts";
import { moduleCacheFolder } from "../../../modules/cache-folder.ts";

/** All that is cached for this user. */
export interface Inventory {
  /** The folder that `cue` calls its cache. */
  readonly folder: string;
  readonly modules: readonly CachedModule[];
  /** The folder of blobs; undefined where no variable says where that is. */
  readonly contentFolder: string | undefined;
  readonly blobs: readonly CachedBlob[];
}

/** Looks at what is cached, without verifying it. */
export async function takeInventory(): Promise<Inventory> {
  const folder = moduleCacheFolder(process.env);
  const contentFolder = defaultCachePath(process.env);
  const [modules, blobs] = await Promise.all([listCachedModules(folder), contentFolder === undefined ? [] : listCachedBlobs(contentFolder)]);
  return { folder, modules, contentFolder, blobs };
}

/** Bytes of them all. */
export function bytesOf(items: readonly { readonly bytes: number }[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}
