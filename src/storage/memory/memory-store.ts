import { randomUUID } from "node:crypto";
import { type Digest, type DigestAlgorithm, digestAlgorithm, digestOf } from "../../oci/digest.ts";
import { abortable } from "../abortable.ts";
import { type AppendOptions, type ContentStore, ContentStoreError, isUploadId, type Stored, type UploadId } from "../content-store.ts";
import { tooLarge } from "../peek.ts";

const EMPTY = new Uint8Array(0);

interface MemoryUpload {
  bytes: Uint8Array<ArrayBuffer>;
  /** Bytes with those of a request that is still under way. */
  size: number;
  modifiedAt: number;
  busy: boolean;
}

interface MemoryBlob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly since: number;
}

/** A content store in memory, for tests and for servers whose content need not outlive the process. */
export function openMemoryStore(): ContentStore {
  const blobs = new Map<Digest, MemoryBlob>();
  const withdrawn = new Map<string, { readonly digest: Digest; readonly blob: MemoryBlob }>();
  const uploads = new Map<UploadId, MemoryUpload>();
  let identity: string | undefined;

  function staged(id: UploadId): MemoryUpload {
    const upload = uploads.get(id);
    if (upload === undefined) throw unknown(id);
    if (upload.busy) throw new ContentStoreError("offset-mismatch", `upload ${id} is in use by another request: ask for its size and continue`);
    return upload;
  }

  async function append(upload: MemoryUpload, source: AsyncIterable<Uint8Array>, { signal, limit = Number.POSITIVE_INFINITY }: AppendOptions): Promise<number> {
    const chunks: Uint8Array[] = [upload.bytes];
    let size = upload.bytes.length;
    upload.busy = true;
    try {
      for await (const chunk of abortable(source, signal)) {
        const taken = chunk.slice(0, limit - size);
        chunks.push(taken);
        size += taken.length;
        upload.size = size;
        if (taken.length < chunk.length) throw tooLarge(limit);
      }
      return size;
    } finally {
      upload.bytes = new Uint8Array(Buffer.concat(chunks));
      upload.modifiedAt = Date.now();
      upload.busy = false;
    }
  }

  function finish(bytes: Uint8Array<ArrayBuffer>, digest: Digest): Stored {
    const actual = digestOf(bytes, digestAlgorithm(digest));
    if (actual !== digest) throw new ContentStoreError("digest-mismatch", `the content has the digest ${actual}, not ${digest}: send it again`);
    blobs.set(digest, { bytes, since: Date.now() });
    return { size: bytes.length };
  }

  return {
    async createUpload(id: UploadId, _algorithm: DigestAlgorithm) {
      if (!isUploadId(id)) throw unknown(id);
      if (uploads.has(id)) throw new Error(`upload ${id} is staged already: choose another id`);
      uploads.set(id, { bytes: EMPTY, size: 0, modifiedAt: Date.now(), busy: false });
    },
    uploadSize: async (id) => uploads.get(id)?.size,
    async appendUpload(id, offset, source, options = {}) {
      const upload = staged(id);
      const { length } = upload.bytes;
      if (length !== offset) throw new ContentStoreError("offset-mismatch", `upload ${id} has ${length} bytes, not ${offset}: continue from there`);
      return append(upload, source, options);
    },
    async truncateUpload(id, size) {
      const upload = staged(id);
      const { length } = upload.bytes;
      if (size > length) throw new ContentStoreError("offset-mismatch", `upload ${id} has ${length} bytes and cannot be truncated to ${size}`);
      upload.bytes = upload.bytes.slice(0, size);
      upload.size = size;
    },
    async finishUpload(id, digest, announced) {
      announced?.catch(() => undefined);
      const upload = staged(id);
      upload.busy = true;
      try {
        await announced;
      } finally {
        upload.busy = false;
      }
      if (!uploads.delete(id)) throw unknown(id);
      return finish(upload.bytes, digest);
    },
    async cancelUpload(id) {
      uploads.delete(id);
    },
    async write(digest, source, options = {}) {
      const upload: MemoryUpload = { bytes: EMPTY, size: 0, modifiedAt: 0, busy: false };
      await append(upload, source, options);
      await options.announced?.();
      return finish(upload.bytes, digest);
    },
    stat: async ({ digest }) => blobs.get(digest)?.bytes.length,
    locate({ digest }) {
      const bytes = blobs.get(digest)?.bytes;
      return bytes === undefined ? undefined : { kind: "bytes", size: bytes.length, bytes };
    },
    async read({ digest }, range) {
      const bytes = blobs.get(digest)?.bytes;
      if (bytes === undefined) return undefined;
      return new Blob([range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)]).stream();
    },
    async withdraw({ digest }) {
      const blob = blobs.get(digest);
      if (blob === undefined) return undefined;
      const name = randomUUID();
      withdrawn.set(name, { digest, blob });
      blobs.delete(digest);
      return name;
    },
    discard: async (names) => new Set(names.filter((name) => withdrawn.delete(name))),
    async putBack(name) {
      const aside = withdrawn.get(name);
      withdrawn.delete(name);
      if (aside !== undefined && !blobs.has(aside.digest)) blobs.set(aside.digest, aside.blob);
    },
    // Whoever takes something aside ends with the store.
    putBackAbandoned: async () => undefined,
    async *list() {
      for (const [digest, { bytes, since }] of blobs) yield { digest, size: bytes.length, since };
    },
    async *listUploads() {
      for (const [id, { bytes, modifiedAt }] of uploads) yield { id, size: bytes.length, modifiedAt };
    },
    async *listBrokenUploads() {},
    identity: async () => identity,
    async claim(wanted) {
      identity ??= wanted;
      return identity;
    },
    check: async () => undefined,
    close: async () => undefined,
  };
}

function unknown(id: string): ContentStoreError {
  return new ContentStoreError("upload-unknown", `no upload '${id.slice(0, 64)}' is staged: start a new one`);
}
