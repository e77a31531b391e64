import { type BlobCache, defaultCachePath, openBlobCache } from "../../client/cache.ts";
import { traceListener } from "../output/verbose.ts";

/**
 * The cache that all commands share; undefined with `--no-cache`, or where there is no home.
 * @param warn called when nothing can be added to it: the command then does without
 */
export function openCache({ cache }: { readonly cache: boolean }, warn: (text: string) => void): BlobCache | undefined {
  const path = cachePath({ cache });
  if (path === undefined) return undefined;
  const onUnwritable = () => warn(`the cache ${path} cannot be written, so nothing is kept: set OPM_CACHE to a folder of yours, or give --no-cache`);
  return openBlobCache(path, { onUnwritable, onTrace: traceListener() });
}

/** Where the cache is, and what was verified is noted; undefined with `--no-cache`, or where there is no home. */
export function cachePath({ cache }: { readonly cache: boolean }): string | undefined {
  return cache ? defaultCachePath(process.env) : undefined;
}
