import { defaultCachePath } from "../../../client/cache.ts";
import { type CachedBlob, listCachedBlobs, removeCachedBlobs, removePartialBlobs, removeRecords } from "../../../client/cache-contents.ts";
import { type CachedModule, listCachedModules } from "../../../modules/cache/cached-modules.ts";
import { moduleCacheFolder } from "../../../modules/cache-folder.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import type { ModuleCommandSession } from "../../sessions/module.ts";
import type { CacheRemoveOutput } from "./cache.output.ts";
import type { CacheOptions } from "./options.ts";

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

export interface Doomed {
  readonly modules: readonly CachedModule[];
  readonly blobs: readonly CachedBlob[];
  readonly dryRun: boolean;
  /** The folder of blobs, and milliseconds since the epoch: beginnings of blobs, and notes of what was verified, that were last written before go, too. */
  readonly partial: { readonly folder: string | undefined; readonly before: number };
}

/** Removes from the caches, each module under its lock. */
export async function remove({ helper, signal }: ModuleCommandSession, { modules, blobs, dryRun, partial }: Doomed): Promise<CacheRemoveOutput> {
  const named = modules.map(({ path, version }) => ({ path, version }));
  if (dryRun) return { dryRun, modules: named, blobs: blobs.length, bytes: bytesOf(modules) + bytesOf(blobs) };
  const { bytes } = named.length === 0 ? { bytes: 0 } : await helper.call("remove", { modules: named }, { signal });
  const { folder, before } = partial;
  const beginnings = folder === undefined ? 0 : (await removePartialBlobs(folder, before)) + (await removeRecords(folder, before));
  return { dryRun, modules: named, blobs: blobs.length, bytes: bytes + beginnings + (await removeCachedBlobs(blobs)) };
}

/** Prints what was removed. */
export function report(output: CacheRemoveOutput, options: CacheOptions): void {
  if (options.json === true) {
    printJson(output);
    return;
  }
  const { modules, blobs, bytes, dryRun } = output;
  print(...modules.map(({ path, version }) => `${path} ${version}`));
  if (options.quiet === true) return;
  printNote(`${dryRun ? "would remove" : "removed"} ${counted(modules.length, "module version")} and ${counted(blobs, "blob")}, ${formatAmount(bytes)}`);
}
