import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Digest, digestAlgorithm, isDigest } from "../oci/digest.ts";
import { digestFile, fileError } from "./content/files.ts";
import { recordsFolder } from "./verified-files/verified-files.ts";

/** A blob that the cache of a client has. */
export interface CachedBlob {
  readonly digest: Digest;
  readonly file: string;
  readonly bytes: number;
  /** Milliseconds since the epoch: when it was taken in, or verified again after a change. */
  readonly changedAt: number;
}

/** The blobs of a cache that `openBlobCache` opens; none where there is no folder. */
export async function listCachedBlobs(path: string): Promise<CachedBlob[]> {
  const blobs: CachedBlob[] = [];
  const folder = join(path, "blobs");
  for (const algorithm of await names(folder)) {
    for (const encoded of await names(join(folder, algorithm))) {
      const digest = `${algorithm}:${encoded}`;
      const file = join(folder, algorithm, encoded);
      const found = await lstat(file).catch(() => undefined);
      if (isDigest(digest) && found?.isFile()) blobs.push({ digest, file, bytes: found.size, changedAt: found.ctimeMs });
    }
  }
  return blobs;
}

/** True where the content is what the digest says. */
export async function isBlobIntact({ digest, file }: CachedBlob): Promise<boolean> {
  const actual = await digestFile(file, digestAlgorithm(digest)).catch(() => undefined);
  return actual?.digest === digest;
}

/** Removes the beginnings of blobs whose downloads broke off, those that were last written before a time. Gives the bytes that they had. */
export async function removePartialBlobs(path: string, before: number): Promise<number> {
  let removed = 0;
  const folder = join(path, "partial");
  for (const algorithm of await names(folder)) {
    for (const name of await names(join(folder, algorithm))) {
      const file = join(folder, algorithm, name);
      const found = await lstat(file).catch(() => undefined);
      if (found?.isFile() && found.mtimeMs <= before) removed += await removeCachedBlob({ file, bytes: found.size });
    }
  }
  return removed;
}

/** Removes the records of what was verified in folders, those that were written before a time. Gives the bytes that they had. */
export async function removeRecords(path: string, before: number): Promise<number> {
  let removed = 0;
  const folder = recordsFolder(path);
  for (const name of await names(folder)) {
    const file = join(folder, name);
    const found = await lstat(file).catch(() => undefined);
    if (found?.isFile() && found.mtimeMs <= before) removed += await removeCachedBlob({ file, bytes: found.size });
  }
  return removed;
}

/** Removes a blob; one that is gone already is fine. Gives the bytes that it had. */
export async function removeCachedBlob({ file, bytes }: Pick<CachedBlob, "file" | "bytes">): Promise<number> {
  try {
    await rm(file, { force: true });
  } catch (cause) {
    throw fileError(`cannot remove ${file}`, cause);
  }
  return bytes;
}

/** Removes several. Gives the bytes that they had. */
export async function removeCachedBlobs(blobs: readonly CachedBlob[]): Promise<number> {
  let removed = 0;
  for (const blob of blobs) removed += await removeCachedBlob(blob);
  return removed;
}

async function names(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  });
}
