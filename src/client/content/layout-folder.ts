import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { ClientError } from "../client-error.ts";
import { FOLDER_LOCK, withFolderLock } from "../folder-lock.ts";
import { openVerifiedFiles, type VerifiedFilesOptions } from "../verified-files/verified-files.ts";
import type { ContentTarget, StoredManifest } from "./content.ts";
import { fileError, readFileStream, writeFileAtomically, writePartial } from "./files.ts";
import {
  checkLayoutFile,
  EMPTY_INDEX,
  findEntry,
  formatLayoutIndex,
  INDEX_FILE,
  INDEX_LIMIT,
  LAYOUT_CONTENT,
  LAYOUT_FILE,
  type LayoutIndex,
  parseLayoutIndex,
  withEntry,
} from "./layout-index.ts";
import { type LayoutFiles, type LayoutSource, layoutSource, readManifest } from "./layout-reader.ts";
import { verifiedBlob } from "./verified.ts";

/** Opens an OCI layout in a folder for reading. @throws ClientError `not-found`, or `invalid` when the folder is none */
export async function openLayoutFolder(path: string): Promise<LayoutSource> {
  const files = folderFiles(path);
  await checkFolder(path, files.name);
  return layoutSource(files);
}

/**
 * Opens a folder for writing; an empty one, or one that is not there, becomes a layout with the first write. Every file is there in full or not
 * at all, and blobs are there before what refers to them. Several processes may write: the index is changed by one at a time.
 * What is there already is read, unless it has not changed since it was verified, as the cache has it noted.
 * @throws ClientError `invalid` when the folder has other content
 */
export async function openLayoutFolderTarget(path: string, options: VerifiedFilesOptions = {}): Promise<ContentTarget> {
  const files = folderFiles(path);
  const text = await readText(join(path, LAYOUT_FILE));
  if (text === undefined) await checkEmpty(path, files.name);
  else checkLayoutFile(text, files.name);
  let begun = text === undefined ? undefined : Promise.resolve();
  const ready = () => (begun ??= begin(path, files.name));
  let writing: Promise<void> = Promise.resolve();
  const enter = (change: (index: LayoutIndex) => LayoutIndex | Promise<LayoutIndex>, signal: AbortSignal | undefined) => {
    const next = writing.then(() =>
      withFolderLock(
        path,
        async () => {
          const before = await files.index();
          const after = await change(before);
          if (after !== before) await writeFileAtomically(join(path, INDEX_FILE), new TextEncoder().encode(formatLayoutIndex(after)));
        },
        { signal },
      ),
    );
    writing = next.catch(() => {});
    return next;
  };
  const verified = openVerifiedFiles(path, options);
  const hasBlob = (descriptor: Pick<Descriptor, "digest" | "size">) => verified.holds(blobPath(path, descriptor.digest), descriptor);
  const store = async ({ descriptor, bytes }: StoredManifest) => {
    if (!(await hasBlob(descriptor))) await writeFileAtomically(blobPath(path, descriptor.digest), bytes);
  };
  const finish = async () => {
    await writing;
    await verified.save();
  };
  return {
    name: files.name,
    hasLooseBlobs: true,
    hasBlob,
    hasManifest: hasBlob,
    async putBlob(blob, { signal } = {}) {
      await ready();
      const place = blobPath(path, blob.descriptor.digest);
      const partial = await writePartial(place, verifiedBlob(blob, signal), { onBytes: blob.onBytes });
      try {
        await verified.place(partial, place, blob.descriptor);
      } catch (cause) {
        await rm(partial, { force: true });
        throw fileError(`cannot write ${place}`, cause);
      }
    },
    mountBlob: async () => false,
    async putManifest(manifest, { tags = [], listed = false, signal } = {}) {
      await ready();
      const { descriptor } = manifest;
      await store(manifest);
      if (tags.length > 0 || listed) await enter((index) => withEntry(index, descriptor, tags), signal);
    },
    async updateTag(tag, change, { signal } = {}) {
      await ready();
      let named: StoredManifest | undefined;
      await enter(async (index) => {
        const before = findEntry(index, tag) && (await readManifest(files, tag));
        const after = change(before);
        named = after ?? before;
        if (after === undefined) return index;
        await store(after);
        return withEntry(index, after.descriptor, [tag]);
      }, signal);
      return named;
    },
    manifest: (reference, options) => readManifest(files, reference, options),
    close: finish,
    discard: finish,
  };
}

function folderFiles(path: string): LayoutFiles {
  const name = `oci:${path}`;
  return {
    name,
    async index() {
      const file = join(path, INDEX_FILE);
      if (((await sizeOfFile(file)) ?? 0) > INDEX_LIMIT) throw new ClientError("invalid", `${name}: its file ${INDEX_FILE} has more than ${INDEX_LIMIT} bytes`);
      const text = await readText(file);
      return text === undefined ? EMPTY_INDEX : parseLayoutIndex(text, name);
    },
    sizeOf: (digest) => sizeOfFile(blobPath(path, digest)),
    open: (digest, { signal } = {}) => readFileStream(blobPath(path, digest), { ...(signal && { signal }) }),
    close: async () => {},
  };
}

function blobPath(root: string, digest: Digest): string {
  return join(root, "blobs", digestAlgorithm(digest), digestEncoded(digest));
}

async function checkFolder(path: string, name: string): Promise<void> {
  const text = await readText(join(path, LAYOUT_FILE));
  if (text !== undefined) return checkLayoutFile(text, name);
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) throw new ClientError("not-found", `cannot read ${name}: there is no such folder`);
  throw new ClientError("invalid", `${path} is not an OCI layout: it has no file ${LAYOUT_FILE}`);
}

async function checkEmpty(path: string, name: string): Promise<void> {
  const there = (await readdirOrEmpty(path)).filter((file) => !file.startsWith(FOLDER_LOCK) && !file.startsWith(`${LAYOUT_FILE}.`));
  // another process may have made a layout of it between the two looks
  if (there.length > 0 && (await readText(join(path, LAYOUT_FILE))) === undefined)
    throw new ClientError("invalid", `${name}: the folder has other content and is no OCI layout; choose another or an empty one`);
}

/** Makes a layout of the folder, unless another process has done so meanwhile. */
async function begin(path: string, name: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause) => {
    throw fileError(`cannot write ${name}`, cause);
  });
  await withFolderLock(path, async () => {
    const text = await readText(join(path, LAYOUT_FILE));
    if (text !== undefined) return checkLayoutFile(text, name);
    // in this order, so that no other process takes the folder for one with other content
    await writeFileAtomically(join(path, LAYOUT_FILE), new TextEncoder().encode(LAYOUT_CONTENT));
    await writeFileAtomically(join(path, INDEX_FILE), new TextEncoder().encode(formatLayoutIndex(EMPTY_INDEX)));
  });
}

async function readdirOrEmpty(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw fileError(`cannot write ${path}`, cause);
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw fileError(`cannot read ${path}`, cause);
  }
}

async function sizeOfFile(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw fileError(`cannot read ${path}`, cause);
  }
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}
