import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { type Digest, digestAlgorithm, digestOf } from "../../oci/digest.ts";
import { BlobCache } from "../blob-cache.ts";
import type { ByteSource } from "../byte-source.ts";
import { type BlobSource, type ContentStore, ContentStoreError, isUploadId, type Stored, type UploadId, type WriteOptions } from "../content-store.ts";
import { keepToOwner } from "../owner-only.ts";
import { peek } from "../peek.ts";
import { SMALL } from "./append.ts";
import { BlobFiles } from "./blob-files.ts";
import { commitThread } from "./commit-thread.ts";
import { uploadUnknown } from "./errors.ts";
import type { FileLayer } from "./file-layer.ts";
import { openFileStream } from "./file-stream.ts";
import { GroupCommit } from "./group-commit.ts";
import { HashPlacement } from "./hash-placement.ts";
import { HashThread } from "./hash-thread.ts";
import { claimIdentity, readIdentity } from "./identity-file.ts";
import { recoverJournals } from "./journal-recovery.ts";
import { layoutOf } from "./layout.ts";
import { nodeFiles } from "./node-files.ts";
import { SmallBlobs } from "./small-blobs.ts";
import type { StagedUpload } from "./staged-upload.ts";
import { StagedUploads } from "./staged-uploads.ts";
import { WithdrawnFiles } from "./withdrawn-files.ts";

const DEFAULT_CACHE_BYTES = 8 * 1024 * 1024;

export interface FilesystemStoreOptions {
  /** Folder; made when it is not there. Several processes may share it. */
  readonly path: string;
  /** False: nothing is made where there is no store. Default true. */
  readonly create?: boolean;
  /** `full`: what was finished survives a loss of power. `relaxed`: it survives the end of the process. */
  readonly durability: "full" | "relaxed";
  /** Replaces the operating system's files, for tests. */
  readonly files?: FileLayer;
  /** Processes that share the memory meant for one; default 1. */
  readonly processes?: number | undefined;
  /** Bytes of small blobs kept in memory; default 8 MiB, shared by all processes. */
  readonly cacheBytes?: number;
  /** Bytes of the journal of small blobs after which it is retired; default 16 MiB. */
  readonly journalBytes?: number;
}

/**
 * Opens the content store of a folder.
 * @throws ContentStoreError `absent`
 */
export async function openFilesystemStore(options: FilesystemStoreOptions): Promise<ContentStore> {
  const files = options.files ?? nodeFiles;
  const durable = options.durability === "full";
  const layout = layoutOf(resolve(options.path));
  const blobs = new BlobFiles(layout, files, durable);
  await blobs.prepare(options.create ?? true);
  if (options.files === undefined) for (const folder of [layout.blobs, layout.uploads, layout.journals, layout.withdrawn]) await keepToOwner(folder);
  if (files.syncFileSystem !== undefined) await recoverJournals(files, layout, files.syncFileSystem);
  const withdrawn = new WithdrawnFiles(layout, files, blobs);
  await withdrawn.putBackAbandoned();
  const { journalBytes } = options;
  const commits = new GroupCommit(
    options.files === undefined ? commitThread({ root: layout.root, durable, journalBytes }) : new SmallBlobs({ files, layout, durable, journalBytes }),
  );
  const thread = new HashThread();
  const uploads = new StagedUploads(layout, files, { placement: new HashPlacement(), thread });
  const cache = new BlobCache<Digest>(options.cacheBytes ?? Math.floor(DEFAULT_CACHE_BYTES / (options.processes ?? 1)));

  async function finish(upload: StagedUpload, digest: Digest, announced: Promise<unknown> | undefined): Promise<Stored> {
    const { size } = upload;
    const content = size <= SMALL ? await upload.read() : undefined;
    const actual = content === undefined ? await upload.digest(digestAlgorithm(digest)) : digestOf(content, digestAlgorithm(digest));
    if (actual !== digest) {
      await files.unlink(upload.path);
      throw mismatch(digest, actual);
    }
    if (content === undefined) await placeLarge(upload, digest, announced);
    else await placeSmall(upload, digest, content, announced);
    return { size };
  }

  async function placeLarge(upload: StagedUpload, digest: Digest, announced: Promise<unknown> | undefined): Promise<void> {
    // The disk is at work while others hear of the content; what is there already need not be synced, unless it goes away meanwhile.
    const expected = (await blobs.size(digest)) === upload.size;
    if (durable && !expected) await upload.datasync();
    await announced;
    if (await blobs.settled(digest, upload.size)) {
      await files.unlink(upload.path);
      return;
    }
    if (durable && expected) await upload.datasync();
    if (!(await blobs.place(upload.path, digest))) throw uploadUnknown(upload.id);
  }

  async function placeSmall(upload: StagedUpload, digest: Digest, bytes: Uint8Array, announced: Promise<unknown> | undefined): Promise<void> {
    await announced;
    if (!(await commits.commit({ digest, bytes, from: upload.path }))) throw uploadUnknown(upload.id);
  }

  async function writeSmall(digest: Digest, bytes: Uint8Array, { announced }: WriteOptions): Promise<Stored> {
    const actual = digestOf(bytes, digestAlgorithm(digest));
    if (actual !== digest) throw mismatch(digest, actual);
    await announced?.();
    await commits.commit({ digest, bytes });
    return { size: bytes.length };
  }

  async function writeLarge(digest: Digest, source: ByteSource, writeOptions: WriteOptions): Promise<Stored> {
    const id = randomUUID();
    await uploads.create(id, digestAlgorithm(digest));
    try {
      await uploads.use(id, (upload) => upload.append(0, source, writeOptions));
      return await store.finishUpload(id, digest, writeOptions.announced?.());
    } catch (error) {
      await store.cancelUpload(id);
      throw error;
    }
  }

  async function readSmall(digest: Digest, size: number): Promise<BlobSource | undefined> {
    const { removals } = cache;
    const bytes = await files.readFile(layout.blob(digest));
    if (bytes === undefined) return undefined;
    if (bytes.length !== size) throw new Error(`the file of ${digest} has ${bytes.length} bytes instead of ${size}: run a scrub`);
    if (removals === cache.removals) cache.add(digest, bytes);
    return { kind: "bytes", size, bytes };
  }

  const store: ContentStore = {
    createUpload: (id, algorithm) => uploads.create(id, algorithm),
    uploadSize: async (id) => (isUploadId(id) ? (await files.info(layout.upload(id)))?.size : undefined),
    appendUpload: (id, offset, source, appendOptions = {}) => uploads.use(id, (upload) => upload.append(offset, source, appendOptions)),
    truncateUpload: (id, size) => uploads.use(id, (upload) => upload.truncate(size)),
    finishUpload(id, digest, announced) {
      // Nobody waits for it where finishing fails before.
      announced?.catch(() => undefined);
      return uploads.use(id, (upload, end) => finish(upload, digest, announced).finally(end));
    },
    cancelUpload: (id) => uploads.cancel(id),
    async write(digest, source, writeOptions = {}) {
      if (writeOptions.expected !== undefined && writeOptions.expected > SMALL) return writeLarge(digest, source, writeOptions);
      const start = await peek(source, SMALL, writeOptions);
      return "bytes" in start ? writeSmall(digest, start.bytes, writeOptions) : writeLarge(digest, start.source, writeOptions);
    },
    stat: ({ digest }) => blobs.size(digest),
    locate({ digest, size }) {
      if (size > SMALL) return { kind: "file", size, path: layout.blob(digest) };
      const bytes = cache.get(digest);
      return bytes === undefined ? readSmall(digest, size) : { kind: "bytes", size, bytes };
    },
    read: ({ digest }, range) => openFileStream(files, layout.blob(digest), range),
    async withdraw({ digest }) {
      cache.remove(digest);
      const name = await withdrawn.withdraw(digest);
      cache.remove(digest);
      return name;
    },
    discard: (names) => withdrawn.discard(names),
    putBack: (name) => withdrawn.putBack(name),
    putBackAbandoned: () => withdrawn.putBackAbandoned(),
    list: () => blobs.list(),
    identity: () => readIdentity(files, layout),
    claim: (identity) => claimIdentity(files, layout, identity),
    async *listUploads() {
      for await (const id of files.list(layout.uploads)) {
        if (!isUploadId(id)) continue;
        const info = await files.info(layout.upload(id));
        if (info !== undefined) yield { id: id as UploadId, size: info.size, modifiedAt: info.modifiedAt };
      }
    },
    async *listBrokenUploads() {},
    async check() {
      const path = layout.upload(`check-${randomUUID()}`);
      const file = await files.open(path, "create");
      await file?.close();
      await files.unlink(path);
    },
    async close() {
      await uploads.close();
      thread.close();
      await commits.close();
    },
  };
  return store;
}

function mismatch(expected: Digest, actual: string): ContentStoreError {
  return new ContentStoreError("digest-mismatch", `the content has the digest ${actual}, not ${expected}: send it again`);
}
