import { access, type FileHandle, link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/tag.ts";
import { ClientError } from "../client-error.ts";
import { createLimiter } from "../limiter.ts";
import type { ByteStream, ContentTarget, StoredManifest } from "./content.ts";
import { fileError } from "./files.ts";
import { blobName } from "./layout-archive.ts";
import { EMPTY_INDEX, findEntry, formatLayoutIndex, INDEX_FILE, LAYOUT_CONTENT, LAYOUT_FILE, withEntry } from "./layout-index.ts";
import { BLOCK, formatTarHeader, padding } from "./tar-header.ts";
import { verifiedBlob } from "./verified.ts";
import { writeAll } from "./write-stream.ts";

/**
 * Writes an OCI layout into a new tar archive. One blob is written at a time, straight to its place; the archive has its name
 * once `close` is done, and does not come about without an artifact in it. Equal content in equal order makes an equal archive.
 * Of several processes that write the same one, one does.
 * @throws ClientError `invalid` when there is a file of that name
 */
export async function openLayoutArchiveTarget(path: string): Promise<ContentTarget> {
  const name = `oci-archive:${path}`;
  if (await exists(path)) throw taken(name);
  const partial = `${path}.${crypto.randomUUID()}.partial`;
  const archive = await begin(partial, name);
  const manifests = new Map<Digest, StoredManifest>();
  const stored = new Set<Digest>();
  let index = EMPTY_INDEX;
  const put = async (digest: Digest, size: number, content: ByteStream | Uint8Array) => {
    if (stored.has(digest)) return;
    await archive.add(blobName(digest), size, content);
    stored.add(digest);
  };
  const named = (reference: Tag | Digest) => manifests.get(findEntry(index, reference)?.digest ?? (reference as Digest));
  const target: ContentTarget = {
    name,
    hasBlob: async ({ digest }) => stored.has(digest),
    hasManifest: async ({ digest }) => stored.has(digest),
    putBlob: (blob, { signal } = {}) =>
      archive.alone(() => put(blob.descriptor.digest, blob.descriptor.size, counted(verifiedBlob(blob, signal), blob.onBytes))),
    mountBlob: async () => false,
    async putManifest(manifest, { tags = [], listed = false } = {}) {
      await archive.alone(() => put(manifest.descriptor.digest, manifest.bytes.length, manifest.bytes));
      manifests.set(manifest.descriptor.digest, manifest);
      if (tags.length > 0 || listed) index = withEntry(index, manifest.descriptor, tags);
    },
    async updateTag(tag, change, options) {
      const before = named(tag);
      const after = change(before);
      if (after !== undefined) await target.putManifest(after, { ...options, tags: [tag], listed: true });
      return after ?? before;
    },
    async manifest(reference) {
      const found = named(reference);
      if (found === undefined) throw new ClientError("not-found", `cannot read ${name}:${reference}: not found`);
      return found;
    },
    async close() {
      if (index.manifests.length === 0 || archive.isClosed()) return await target.discard();
      try {
        await archive.add(INDEX_FILE, undefined, new TextEncoder().encode(formatLayoutIndex(index)));
        await archive.end();
        await giveName(partial, path, name);
      } catch (cause) {
        await target.discard();
        throw fileError(`cannot write ${name}`, cause);
      }
    },
    async discard() {
      await archive.stop();
      await rm(partial, { force: true });
    },
  };
  return target;
}

interface Archive {
  /** Runs what adds to it, one at a time. */
  alone<T>(task: () => Promise<T>): Promise<T>;
  /** Appends a file. What fails leaves nothing behind. @param size bytes; undefined for what is in memory */
  add(name: string, size: number | undefined, content: ByteStream | Uint8Array): Promise<void>;
  isClosed(): boolean;
  end(): Promise<void>;
  stop(): Promise<void>;
}

async function begin(path: string, name: string): Promise<Archive> {
  let file: FileHandle;
  try {
    await mkdir(dirname(path), { recursive: true });
    file = await open(path, "wx");
  } catch (cause) {
    throw fileError(`cannot write ${name}`, cause);
  }
  const limiter = createLimiter(1);
  let end = 0;
  let closed = false;
  const stop = async () => {
    if (closed) return;
    closed = true;
    await file.close().catch(() => {});
  };
  const archive: Archive = {
    alone: (task) => limiter.run(task),
    isClosed: () => closed,
    async add(entry, size, content) {
      const total = content instanceof Uint8Array ? content.length : (size ?? 0);
      let at = end + BLOCK;
      try {
        await writeAll(file, formatTarHeader(entry, total), end);
        for await (const piece of content instanceof Uint8Array ? [content] : content) {
          await writeAll(file, piece, at);
          at += piece.length;
        }
        await writeAll(file, new Uint8Array(padding(total)), at);
      } catch (cause) {
        await file.truncate(end).catch(() => {});
        throw fileError(`cannot write ${name}`, cause);
      }
      end = at + padding(total);
    },
    async end() {
      await writeAll(file, new Uint8Array(2 * BLOCK), end);
      await stop();
    },
    stop,
  };
  await archive.add(LAYOUT_FILE, undefined, new TextEncoder().encode(LAYOUT_CONTENT));
  return archive;
}

async function* counted(stream: ByteStream, onBytes: ((bytes: number) => void) | undefined): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const piece of stream) {
    yield piece;
    sent += piece.length;
    onBytes?.(sent);
  }
}

/** In place of no other: one that another process finished meanwhile stays. */
async function giveName(partial: string, path: string, name: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") throw taken(name);
    // a file system without links
    if (await exists(path)) throw taken(name);
    return await rename(partial, path);
  }
  await rm(partial);
}

function taken(name: string): ClientError {
  return new ClientError("invalid", `${name}: there is such a file already; delete it or choose another name`);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
