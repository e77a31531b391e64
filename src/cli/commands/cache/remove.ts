import { type CachedBlob, removeCachedBlobs, removePartialBlobs, removeRecords } from "../../../client/cache-contents.ts";
import type { CachedModule } from "../../../modules/cache/cached-modules.ts";
import { formatAmount } from "../../output/amount.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import type { ModuleCommandSession } from "../../sessions/module.ts";
import { bytesOf } from "./inventory.ts";
import type { CacheOptions } from "./options.ts";
import type { CacheRemoveOutput } from "./remove.output.ts";

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
  printNote(`${dryRun ? "would remove" : "removed"} ${modules.length} module versions and ${blobs} blobs, ${formatAmount(bytes)}`);
}
