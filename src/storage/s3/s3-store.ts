import { randomUUID } from "node:crypto";
import { type Digest, digestAlgorithm } from "../../oci/digest.ts";
import { type ByteSource, drain } from "../byte-source.ts";
import { type ContentStore, ContentStoreError, type Stored, type WriteOptions } from "../content-store.ts";
import type { Millis } from "../metadata/records.ts";
import type { StagingStore } from "../metadata/staging.ts";
import { brokenUploads } from "./broken-uploads.ts";
import { probeBucket } from "./check-bucket.ts";
import type { S3Client } from "./client.ts";
import { deleteObjects, discardUpload } from "./discard-upload.ts";
import { claimIdentity, readIdentity } from "./identity-object.ts";
import { keysBelow } from "./locations.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { PartWriter } from "./part-writer.ts";
import { takeUpTo } from "./receiving.ts";
import { S3Uploads, type UploadsContext, type UploadTimes } from "./s3-uploads.ts";
import { emptyUpload } from "./staged-bytes.ts";
import { StagedRow } from "./staged-row.ts";
import { storedObjects } from "./stored-objects.ts";

/** Parts that all uploads together may have in memory. */
const PARTS = 8;

/** Milliseconds. */
const TIMES: UploadTimes = { note: 3_000, idle: 5_000, wait: 5_000, patience: 45_000 };
const LEASE = 10_000;

const DEFAULT_CACHE_BYTES = 8 * 1024 * 1024;

export interface S3StoreOptions {
  readonly client: S3Client;
  /** What all keys begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Where the state of uploads is kept. */
  readonly staging: StagingStore;
  /** The time that all processes over the bucket share. */
  readonly now: () => Millis;
  /** Bytes of the parts that uploads are sent in; what has no more is one request. At least 5 MiB. */
  readonly partSize: number;
  /** Bytes from which readers are sent to the service itself; undefined: never. */
  readonly redirectFrom?: number | undefined;
  /** Bytes of small blobs kept in memory; default 8 MiB. */
  readonly cacheBytes?: number | undefined;
  /** Bytes of all parts that are in memory; default: 8 of them. One upload has three at most. */
  readonly memory?: number | undefined;
  /** Milliseconds, for tests. */
  readonly times?: UploadTimes | undefined;
  /** Milliseconds that an upload is another process's without a word of it, for tests. */
  readonly lease?: number | undefined;
}

/**
 * The content store of a bucket, whose objects the database knows by their locations: each copy of a content has its own, which is never
 * used again, and nothing is ever copied. The state of uploads is in rows of the database, so that any process goes on with any upload.
 */
export function openS3Store(options: S3StoreOptions): ContentStore {
  const {
    client,
    prefix,
    staging,
    now,
    partSize,
    memory = PARTS * partSize,
    redirectFrom,
    cacheBytes = DEFAULT_CACHE_BYTES,
    times = TIMES,
    lease = LEASE,
  } = options;
  const keys = keysBelow(prefix);
  const context: UploadsContext = { client, keys, staging, now, partSize, times, lease, budget: new MemoryBudget(memory) };
  const uploads = new S3Uploads(context);
  const objects = storedObjects({ client, keyOf: keys.keyOf, now, redirectFrom, cacheBytes });

  async function write(digest: Digest, source: ByteSource, { announced, signal, limit = Number.POSITIVE_INFINITY }: WriteOptions): Promise<Stored> {
    const id = randomUUID();
    let row: StagedRow | undefined;
    const writer = new PartWriter(id, emptyUpload(digestAlgorithm(digest)), context, {
      metadata: { digest },
      async begun(state) {
        row = await StagedRow.add(id, context, state);
      },
    });
    // Else it would be taken for what a process has left behind.
    const noting = setInterval(() => row?.write(writer.state, { hold: true }).catch(() => undefined), times.note);
    try {
      await drain(source, (piece) => takeUpTo(writer, limit, piece), signal ?? new AbortController().signal);
      const actual = writer.digest();
      if (actual !== digest) throw new ContentStoreError("digest-mismatch", `the content has the digest ${actual}, not ${digest}: send it again`);
      // Nobody finds the object before its location is known.
      const [whole, announcing] = await Promise.allSettled([writer.whole(), announced?.()]);
      if (announcing.status === "rejected") throw announcing.reason;
      if (whole.status === "rejected") throw whole.reason;
      await row?.remove();
      return { size: writer.size, location: whole.value.location };
    } catch (error) {
      await writer.close();
      await discardUpload(writer.state, context).catch(() => undefined);
      await row?.remove();
      throw error;
    } finally {
      clearInterval(noting);
      await writer.close();
    }
  }

  return {
    createUpload: (id, algorithm) => uploads.create(id, algorithm),
    uploadSize: (id) => uploads.size(id),
    appendUpload: (id, offset, source, options = {}) => uploads.append(id, offset, source, options),
    truncateUpload: (id, size) => uploads.truncate(id, size),
    finishUpload(id, digest, announced) {
      // Nobody waits for it where finishing fails before.
      announced?.catch(() => undefined);
      return uploads.finish(id, digest, announced);
    },
    cancelUpload: (id) => uploads.cancel(id),
    write: (digest, source, options = {}) => write(digest, source, options),
    stat: async ({ location }) => (location === undefined ? undefined : (await client.head(keys.keyOf(location)))?.size),
    locate: objects.locate,
    read: objects.read,
    // A location is never used again: whoever stores the same content anew is not in the way.
    withdraw: async ({ location }) => location,
    async discard(locations) {
      await deleteObjects(locations, context);
      return new Set(locations);
    },
    putBack: async () => undefined,
    putBackAbandoned: async () => undefined,
    async *list() {
      for await (const { key, size, modifiedAt } of client.list(prefix)) {
        const object = keys.parse(key);
        if (object === undefined || (await staging.find(object.id)) !== undefined) continue;
        yield { digest: undefined, location: object.location, size, since: modifiedAt };
      }
    },
    listUploads: () => uploads.list(),
    listBrokenUploads: () => brokenUploads({ client, keys, prefix, staging }),
    identity: () => readIdentity(client, prefix),
    claim: (identity) => claimIdentity(identity, { client, prefix, staging, now }),
    check: () => probeBucket(client, prefix),
    async close() {
      uploads.close();
    },
  };
}
