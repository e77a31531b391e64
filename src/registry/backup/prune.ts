import type { Digest } from "../../oci/digest.ts";
import type { BackupFolder } from "./backup-folder.ts";
import { filesOf } from "./table-files.ts";

export interface Pruned {
  /** Names of the cuts that were removed. */
  readonly cuts: readonly string[];
  /** Files that no other cut had, and bytes of them. */
  readonly contents: number;
  readonly bytes: number;
}

/**
 * Removes all cuts but the newest, and the files that only they had. What the cuts that stay need is known before anything goes.
 * @throws MovingError when a cut that stays cannot be read: then nothing was removed
 */
export async function pruneBackup(folder: BackupFolder, keep: number, signal: AbortSignal): Promise<Pruned> {
  const names = await folder.names();
  const needed = new Set<Digest>();
  for (const name of names.slice(-keep)) {
    for await (const { digest } of filesOf(await folder.read(name), folder.content)) needed.add(digest);
  }
  const removed = names.slice(0, -keep);
  for (const name of removed) {
    signal.throwIfAborted();
    await folder.remove(name);
  }
  let [contents, bytes] = [0, 0];
  for await (const { digest, size } of folder.content.list()) {
    signal.throwIfAborted();
    if (digest === undefined || needed.has(digest)) continue;
    const aside = await folder.content.withdraw({ digest });
    if (aside !== undefined && (await folder.content.discard([aside])).has(aside)) [contents, bytes] = [contents + 1, bytes + size];
  }
  return { cuts: removed, contents, bytes };
}
