import type { Digest, DigestAlgorithm } from "../oci/digest.ts";
import type { ByteSource } from "./byte-source.ts";

/** Identifies an upload session's staged bytes: a UUID, hence safe as a file name or an object key. */
export type UploadId = string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID in lower case: safe as a file name or an object key. */
export function isUploadId(id: string): id is UploadId {
  return UUID.test(id);
}

/**
 * Where the bytes of a blob can be had, in the form the driver serves best. The size is that of the whole blob in bytes.
 * A file may be handed to the operating system; bytes are ready in memory; what is remote has to be asked for.
 */
export type BlobSource =
  | { readonly kind: "bytes"; readonly size: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "file"; readonly size: number; readonly path: string }
  | RemoteBlob;

/** A blob that another service has. */
export interface RemoteBlob {
  readonly kind: "remote";
  readonly size: number;
  /**
   * The bytes; undefined where the service does not have them.
   * @throws ContentStoreError `unavailable`, before anything is given
   */
  readonly open: (range?: ByteRange) => Promise<ReadableStream<Uint8Array> | undefined>;
  /** A URL under which whoever has it reads the blob from that service, for some 20 minutes at least; undefined where readers are not sent there. */
  readonly url?: (() => Promise<string | undefined>) | undefined;
}

/** Bytes `start` to `end`, both inclusive, counted from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface AppendOptions {
  /** Stops the reading; what was received until then stays staged. */
  readonly signal?: AbortSignal;
  /** Bytes: the staged upload may not grow beyond this; more throws `ContentStoreError` with reason `too-large`. */
  readonly limit?: number;
  /** Bytes that the source is said to have, which decides how they are received, and nothing else. */
  readonly expected?: number | undefined;
}

export interface WriteOptions extends AppendOptions {
  /** Called when all bytes have come: the content is not there before what it returns has resolved. */
  readonly announced?: (() => Promise<unknown>) | undefined;
}

export type ContentStoreReason =
  /** No upload of this id is staged. */
  | "upload-unknown"
  /** The staged upload does not have the size that the caller expects to append at. */
  | "offset-mismatch"
  /** Another request, of another process, goes on with the staged upload, whose source was silent. */
  | "taken-over"
  /** The staged bytes have another digest than they were finished under. */
  | "digest-mismatch"
  /** The upload would grow beyond its limit. */
  | "too-large"
  /** The store has no room left (a full disk, a quota). */
  | "no-space"
  /** There is no store, and none was to be made. */
  | "absent"
  /** The service that holds the content does not answer, or refuses to. */
  | "unavailable";

/** Content that was stored. */
export interface Stored {
  /** Bytes. */
  readonly size: number;
  /** Where this very copy of it is, which no other ever was or will be; undefined where content is found by its digest. */
  readonly location?: string | undefined;
}

/** Content as it is asked for: with the location that the database has for it. */
export interface ContentReference {
  readonly digest: Digest;
  /** Bytes, where they are known. */
  readonly size?: number | undefined;
  readonly location?: string | undefined;
}

/** Content that is there. */
export interface ListedCopy {
  /** Undefined where a copy does not tell. */
  readonly digest: Digest | undefined;
  readonly location?: string | undefined;
  readonly size: number;
  readonly since: number;
}

/** What a service keeps of an upload that nobody goes on with. */
export interface BrokenUpload {
  /** When it was begun, Unix milliseconds by the clock of the service. */
  readonly since: number;
  /** Has the service forget it; again is no error. */
  end(): Promise<void>;
}

/** A refusal by the content store. Anything else it throws is a fault of the machine below it. */
export class ContentStoreError extends Error {
  readonly reason: ContentStoreReason;

  constructor(reason: ContentStoreReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ContentStoreError";
    this.reason = reason;
  }
}

/**
 * The content store holds bytes and the staged bytes of uploads. It knows nothing of repositories: whether a repository has a blob is
 * for the metadata store to say. Some drivers find content by its digest, and have it once. Others give every copy a location of its
 * own, by which the database tells which of them counts; without a location they have nothing.
 *
 * Every method may be called from several processes and machines at once over the same store. Durable means: after the
 * promise resolves, the content survives the loss of power.
 */
export interface ContentStore {
  /**
   * Stages a new, empty upload. `algorithm` is a hint for hashing while the bytes arrive; finishing decides.
   * @throws ContentStoreError `upload-unknown` when `id` is no UUID in lower case, `no-space`
   */
  createUpload(id: UploadId, algorithm: DigestAlgorithm): Promise<void>;

  /** Bytes staged so far, or undefined when no such upload is staged. */
  uploadSize(id: UploadId): Promise<number | undefined>;

  /**
   * Appends a stream to a staged upload that has exactly `offset` bytes, and returns its new size. When the source
   * fails or is aborted, the error is thrown on and what arrived before may stay staged (`uploadSize` tells how much).
   * Of several requests at one upload, in whatever process, one is served; the others get `offset-mismatch`, which
   * goes for truncating and finishing too. One whose source has fallen silent gives way to another process's (`taken-over`).
   * @throws ContentStoreError `upload-unknown`, `offset-mismatch`, `taken-over`, `too-large`, `no-space`
   */
  appendUpload(id: UploadId, offset: number, source: ByteSource, options?: AppendOptions): Promise<number>;

  /**
   * Discards staged bytes beyond `size`: all of them, or those of the last append, e.g. of a chunk that broke off.
   * @throws ContentStoreError `upload-unknown`, `offset-mismatch` when there are fewer, or the driver cannot undo what came before
   */
  truncateUpload(id: UploadId, size: number): Promise<void>;

  /**
   * Verifies the staged bytes against `digest` and makes them durable as its content; the upload is no longer staged.
   * On `digest-mismatch` the upload is discarded. Content that is there already is kept, and this is success.
   * @param announced the content is not there before it has resolved; when it rejects, that is thrown and the upload stays
   * @throws ContentStoreError `upload-unknown`, `offset-mismatch` when it is in use, `digest-mismatch`, `no-space`
   */
  finishUpload(id: UploadId, digest: Digest, announced?: Promise<unknown>): Promise<Stored>;

  /** Discards a staged upload; one that is not there is no error. */
  cancelUpload(id: UploadId): Promise<void>;

  /** Stages, verifies and finishes content that comes in one go. Same errors as append and finish. */
  write(digest: Digest, source: ByteSource, options?: WriteOptions): Promise<Stored>;

  /** The size in bytes of content that is there, or undefined. */
  stat(content: ContentReference): Promise<number | undefined>;

  /**
   * Where to read content whose size is known. May answer without looking at the store, so that reading
   * is where absent content shows; undefined when it is known to be absent.
   */
  locate(content: ContentReference & { readonly size: number }): BlobSource | undefined | Promise<BlobSource | undefined>;

  /** The bytes of content, for scrubbing and for readers that are not HTTP. undefined when it is absent. */
  read(content: ContentReference, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined>;

  /**
   * Takes content aside under a name that nothing else ever has: what has no location is absent from now on, and may be stored anew at
   * once; what has one stays there, since what is stored anew gets another. To be followed by `discard` or `putBack` within minutes.
   * undefined when it is not there.
   */
  withdraw(content: ContentReference): Promise<string | undefined>;

  /**
   * Removes what was taken aside for good, or what lies at locations that do not count, with as few requests as it takes. Returns those
   * that were there, as far as the driver can tell: others were put back, say.
   */
  discard(withdrawn: readonly string[]): Promise<ReadonlySet<string>>;

  /** Puts back what was taken aside; where the same content was stored meanwhile, that stays. */
  putBack(withdrawn: string): Promise<void>;

  /** Puts back what the end of a process left aside minutes ago. */
  putBackAbandoned(): Promise<void>;

  /**
   * All content, in no particular order, without holding the list in memory. `since` says when the content came to this store, or
   * was last written anew (Unix milliseconds): a copy that somebody restored is new, whatever the times of its files say.
   */
  list(): AsyncIterable<ListedCopy>;

  /** What tells this store from any other, a UUID; undefined when it has none yet. */
  identity(): Promise<string | undefined>;

  /** Gives the store an identity, durably, unless it has one. Returns the one it has then. */
  claim(identity: string): Promise<string>;

  /** Uploads that are staged, with the time of their last append (Unix milliseconds). */
  listUploads(): AsyncIterable<{ readonly id: UploadId; readonly size: number; readonly modifiedAt: number }>;

  /**
   * What the service below has of uploads that are not staged, as the end of a process leaves it; nothing where no service is below. One that
   * has just begun may be among them.
   */
  listBrokenUploads(): AsyncIterable<BrokenUpload>;

  /** Throws when the store cannot be written to; for readiness. */
  check(): Promise<void>;

  close(): Promise<void>;
}
