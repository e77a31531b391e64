import { renameSync } from "node:fs";
import { lstat, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ByteStream } from "../../../client/content/content.ts";
import { fileError, readFileStream, writePartial } from "../../../client/content/files.ts";
import { trySyncFolder } from "../../../client/content/try-sync-folder.ts";
import { verifiedBlob } from "../../../client/content/verified.ts";
import { withFolderLock } from "../../../client/folder-lock.ts";
import type { Digest } from "../../../oci/digest.ts";
import { ComponentError } from "../../component-error.ts";
import { fileState } from "../temporary-tar.ts";
import { type ArtifactIndex, formatArtifactIndex, INDEX_FILE, INDEX_LIMIT, parseArtifactIndex } from "./artifact-index.ts";
import { blobFile, type CtfFiles } from "./ctf-files.ts";

/**
 * A common transport archive in a folder; the first write makes one of a folder that is not there. Every file is there in full or not at
 * all, and blobs before what names them. Several processes may write.
 * @param name for messages
 */
export function ctfFolder(path: string, name: string): CtfFiles {
  const indexPath = join(path, INDEX_FILE);
  const blobPath = (digest: Digest) => join(path, "blobs", blobFile(digest));
  let cached: { readonly key: string; readonly index: ArtifactIndex } | undefined;
  const index = async (): Promise<ArtifactIndex> => {
    const found = await lstatOrNone(indexPath);
    if (found === undefined) return [];
    const key = fileState(found);
    if (cached?.key === key) return cached.index;
    if (!found.isFile()) throw new ComponentError("invalid", `${name} is not safe to use: ${INDEX_FILE} is not a regular file`);
    if (found.size > INDEX_LIMIT) throw new ComponentError("invalid", `${name}: its file ${INDEX_FILE} has more than ${INDEX_LIMIT} bytes`);
    const text = await readFile(indexPath, "utf8").catch((cause) => {
      throw fileError(`cannot read ${indexPath}`, cause);
    });
    const parsed = parseArtifactIndex(text, name);
    cached = { key, index: parsed };
    return parsed;
  };
  const sizeOf = async (digest: Digest) => {
    const found = await lstatOrNone(blobPath(digest));
    if (found !== undefined && !found.isFile()) throw new ComponentError("invalid", `${name} is not safe to use: its blob ${digest} is not a regular file`);
    return found?.size;
  };
  const writeIndex = async (changed: ArtifactIndex) => {
    await trySyncFolder(join(path, "blobs"));
    await writeDurably(indexPath, new TextEncoder().encode(formatArtifactIndex(changed)));
    await trySyncFolder(path);
  };
  let writing: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    const next = writing.then(async () => {
      await mkdir(path, { recursive: true }).catch((cause) => {
        throw fileError(`cannot write ${name}`, cause);
      });
      await withFolderLock(path, work);
    });
    writing = next.catch(() => {});
    return next;
  };
  return {
    name,
    index,
    sizeOf,
    open: (digest, { signal } = {}) => readFileStream(blobPath(digest), { ...(signal && { signal }) }),
    async putBlob(blob, { signal } = {}) {
      await writeDurably(blobPath(blob.descriptor.digest), verifiedBlob(blob, signal), { onBytes: blob.onBytes });
    },
    changeIndex: (change, needed = []) =>
      inTurn(async () => {
        for (const digest of needed) if ((await sizeOf(digest)) === undefined) throw removedMeanwhile(name, digest);
        const before = await index();
        const after = change(before);
        if (after !== before || cached === undefined) await writeIndex(after);
      }),
    sweep: (plan) =>
      inTurn(async () => {
        const before = await index();
        const { index: after, blobs } = await plan(before);
        if (after.length !== before.length) await writeIndex(after);
        for (const digest of blobs) await rm(blobPath(digest), { force: true });
      }),
    close: () => writing,
    discard: () => writing,
  };
}

function removedMeanwhile(name: string, digest: Digest): ComponentError {
  return new ComponentError("refused", `${name} was changed by another process, which removed the blob ${digest}: do it again`);
}

async function lstatOrNone(path: string) {
  try {
    return await lstat(path);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return undefined;
    throw fileError(`cannot read ${path}`, cause);
  }
}

/**
 * Writes a file so that it is there in full or not at all, also after a loss of power: beside its place, synchronised, then
 * renamed. The folder is made.
 */
async function writeDurably(
  path: string,
  content: ByteStream | Uint8Array,
  { onBytes }: { readonly onBytes?: ((bytes: number) => void) | undefined } = {},
): Promise<void> {
  const partial = await writePartial(path, content, { onBytes, sync: true });
  try {
    renameSync(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {});
    throw fileError(`cannot write ${path}`, cause);
  }
}
