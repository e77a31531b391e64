import { lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestEncoded, digestOf } from "../../oci/digest.ts";

/** Folders among which the tags of all registries are shared out. Each is empty while nobody works. */
const BUCKETS = 64;

/** Milliseconds to wait for another process, which holds a lock for as long as two requests take. */
const LIMIT = 30_000;

/**
 * Runs work that changes a tag while no other process of this user on this machine does so. It helps the many builds of one machine; it is no
 * promise, as other machines do not see it. Where it cannot be had the work runs without.
 * @param label of the tag, `host/name:tag`
 */
export async function withTagLock<T>(label: string, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const folder = await lockFolder(label);
  if (folder === undefined) return await work();
  // it brings SQLite, which reading takes no part of
  const { withFolderLock } = await import("../folder-lock.ts");
  let begun = false;
  try {
    return await withFolderLock(
      folder,
      () => {
        begun = true;
        return work();
      },
      { signal, limit: LIMIT },
    );
  } catch (error) {
    if (begun || signal?.aborted) throw error;
    return await work();
  }
}

/** Undefined where there is none that is this user's alone. */
async function lockFolder(label: string): Promise<string | undefined> {
  const uid = process.getuid?.();
  const own = join(process.env.XDG_RUNTIME_DIR || tmpdir(), `opm-${uid ?? "locks"}`);
  const bucket = Number.parseInt(digestEncoded(digestOf(label)).slice(0, 8), 16) % BUCKETS;
  const folder = join(own, "tags", String(bucket));
  try {
    await mkdir(own, { recursive: true, mode: 0o700 });
    const { uid: owner, mode } = await lstat(own);
    const isOwn = uid === undefined || (owner === uid && (mode & 0o022) === 0);
    if (!isOwn || !(await lstat(own)).isDirectory()) return undefined;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return undefined;
  }
}
