import { type Digest, type DigestAlgorithm, digestAlgorithm, digestOf } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/name.ts";
import { type ByteSource, watched } from "../storage/byte-source.ts";
import { type AppendOptions, type ByteRange, isUploadId, type UploadId } from "../storage/content-store.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { UploadSession } from "../storage/metadata/uploads.ts";
import { type Peeked, peek, readWhole } from "../storage/peek.ts";
import type { Registry } from "./registry.ts";
import { asRegistryError } from "./storage-errors.ts";
import { type NewBlob, storeContent, storeUnreserved } from "./store-content.ts";
import { makeRoom } from "./upload-room.ts";
import { type OpenSession, requireSession, type SessionReference, unknownUpload } from "./upload-session.ts";
import type { Turn } from "./upload-turns.ts";

/** An upload session as its client sees it: `size` bytes have arrived. */
export interface UploadStatus {
  readonly id: UploadId;
  /** The last part of the URL to go on with: see `SessionReference`. */
  readonly location: string;
  readonly size: number;
}

/** Bytes that a request brings to a session. */
export interface Chunk {
  readonly body: ByteSource;
  /** Where the client says they belong; undefined: wherever the session is (a streamed upload). */
  readonly range?: ByteRange | undefined;
  /** Bytes, when the client says how many come. */
  readonly length?: number | undefined;
}

/** Bytes of a body that is not worth staging when it closes a session that has nothing yet: it can as well be sent again. */
const UNSTAGED_LIMIT = 64 * 1024;

/**
 * How much of an upload has arrived (spec: end-13).
 * @throws RegistryError `BLOB_UPLOAD_UNKNOWN`
 */
export async function uploadStatus(registry: Registry<"uploads">, reference: SessionReference): Promise<UploadStatus> {
  const { session, size, stored } = await requireSession(registry, reference);
  return { id: session.id, location: stored ? session.id : reference.location, size: size ?? 0 };
}

/**
 * Appends bytes to an upload (spec: end-5). When the body breaks off, what arrived stays: the client asks for the status and goes on.
 * @throws RegistryError `BLOB_UPLOAD_UNKNOWN`, `BLOB_UPLOAD_INVALID` (416: out of order), `SIZE_INVALID` (too large, or not as long as its range),
 * `TOOMANYREQUESTS` where they are the first and bytes come to as many sessions as the configuration allows
 */
export async function appendToUpload(registry: Registry<"uploads">, reference: SessionReference, chunk: Chunk): Promise<UploadStatus> {
  const open = await requireSession(registry, reference);
  const { id } = open.session;
  return { id, location: id, size: await append(registry, open, chunk) };
}

/** How a session ends. */
export interface UploadEnd {
  readonly digest: Digest;
  /** The last bytes, if any. */
  readonly chunk?: Chunk | undefined;
  /** Awaited before the content comes to its place. Where it rejects, the session stays. */
  readonly admitted?: (() => unknown) | undefined;
}

/**
 * Appends the last bytes, if any, verifies the digest and makes the content a blob of the repository (spec: end-6).
 * @returns the size of the blob in bytes
 * @throws RegistryError as `appendToUpload`, and `DIGEST_INVALID`, after which the session is over
 */
export async function finishUpload(registry: Registry<"uploads" | "blobs">, reference: SessionReference, end: UploadEnd): Promise<number> {
  const { repository, location, actor } = reference;
  const { digest, chunk, admitted = () => undefined } = end;
  const { content, metadata, tickets, turns } = registry;
  const opening = requireSession(registry, reference);
  // What is named by its id has bytes, so that their digest is announced while the session is looked for.
  const isNamed = isUploadId(location);
  const id = isNamed ? location : (await opening).session.id;
  const unstaged = async (open: OpenSession) => {
    const whole = open.size === undefined ? await wholeBody(registry, chunk) : undefined;
    if (whole === undefined) return undefined;
    // Its bytes were taken by a request before, which did not come to its end: their digest is nothing to hold against none.
    if (open.stored && whole.length === 0 && digestOf(whole, digestAlgorithm(digest)) !== digest) throw unknownUpload(id);
    await turns.clear(id, false);
    return whole;
  };
  const finish = async () => {
    const whole = isNamed ? undefined : await unstaged(await opening);
    if (whole !== undefined) {
      await admitted();
      return storeBytes(registry, { repository, digest, uploadId: (await opening).stored ? id : undefined, actor }, whole);
    }
    return storeContent(registry, { repository, digest, uploadId: id, actor }, async (announced) => {
      const open = await opening;
      const bytes = isNamed ? await unstaged(open) : undefined;
      if (bytes === undefined && chunk !== undefined) await append(registry, open, chunk);
      else await turns.clear(id, false);
      await admitted();
      return guarded(() => (bytes === undefined ? content.finishUpload(id, digest, announced()) : content.write(digest, pieces(bytes), { announced })));
    });
  };
  try {
    const size = await finish();
    tickets.end(id);
    return size;
  } catch (error) {
    if (error instanceof RegistryError && error.code === "DIGEST_INVALID") {
      tickets.end(id);
      await metadata.uploads.end(id);
    }
    throw error;
  }
}

/**
 * Ends a session and discards its bytes (spec: end-14). One without bytes leaves no trace, and other processes do not know that it ended.
 * @throws RegistryError `BLOB_UPLOAD_UNKNOWN`
 */
export async function cancelUpload(registry: Registry<"uploads">, reference: SessionReference): Promise<void> {
  const { session, stored } = await requireSession(registry, reference);
  const { id } = session;
  const { content, metadata, tickets, turns } = registry;
  const isFirst = tickets.end(id);
  await turns.cancel(id);
  // The first bytes may have come to it since.
  if (stored || (await content.uploadSize(id)) !== undefined) {
    // Its bytes first: the disk may be full, so that the database can change nothing.
    await content.cancelUpload(id);
    if (await metadata.uploads.end(id)) return;
  } else if (isFirst) return;
  throw unknownUpload(id);
}

/**
 * Stores a blob that comes in one request, without a session (spec: end-4b).
 * @returns the size of the blob in bytes
 * @throws RegistryError `DIGEST_INVALID`, `SIZE_INVALID`
 */
export async function uploadInOne(registry: Registry<"blobs">, repository: RepositoryName, digest: Digest, actor: Actor, chunk: Chunk): Promise<number> {
  const blob = { repository, digest, actor };
  const options = { limit: registry.limits.blobSize, expected: chunk.length };
  const start = await guarded(() => startOf(chunk, options));
  if ("bytes" in start) return storeBytes(registry, blob, start.bytes);
  return storeContent(registry, blob, (announced) => guarded(() => registry.content.write(digest, start.source, { ...options, announced })));
}

/** What is said to be large is read where it goes. */
async function startOf({ body, length = 0 }: Chunk, options: AppendOptions): Promise<Peeked> {
  return length > UNSTAGED_LIMIT ? { source: body } : peek(body, UNSTAGED_LIMIT, options);
}

/** The body that closes a session in which nothing is staged, when it is small enough to be stored without that. */
async function wholeBody({ limits }: Pick<Registry, "limits">, chunk: Chunk | undefined): Promise<Uint8Array | undefined> {
  if (chunk === undefined) return new Uint8Array(0);
  const { length, range, body } = chunk;
  if (length === undefined || length > UNSTAGED_LIMIT || (range !== undefined && range.start !== 0)) return undefined;
  return guarded(() => readWhole(body, Math.min(limits.blobSize, UNSTAGED_LIMIT)));
}

function storeBytes(registry: Registry<"blobs">, blob: NewBlob, bytes: Uint8Array): Promise<number> {
  return storeUnreserved(registry, blob, () => guarded(() => registry.content.write(blob.digest, pieces(bytes))));
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function append(registry: Registry<"uploads">, { session, size = 0 }: OpenSession, chunk: Chunk): Promise<number> {
  const { range } = chunk;
  // Before anybody is cut off, and again when nobody else brings bytes any more.
  requireOrder(size, range);
  return registry.turns.run(session.id, range !== undefined, (turn) => appendInTurn(registry, session, chunk, turn));
}

function requireOrder(offset: number, range: ByteRange | undefined): void {
  if (range !== undefined && range.start !== offset) throw outOfOrder(offset);
}

async function appendInTurn(registry: Registry<"uploads">, session: UploadSession, { body, range }: Chunk, turn: Turn): Promise<number> {
  const { id } = session;
  const offset = await stage(registry, session);
  requireOrder(offset, range);
  const limit = range === undefined ? registry.limits.blobSize : Math.min(registry.limits.blobSize, range.end + 1);
  const source = turn.watch(keepOpen(registry, session, body));
  const size = await guarded(() => registry.content.appendUpload(id, offset, source, { limit, signal: turn.signal }), offset);
  if (range === undefined || size === range.end + 1) return size;
  await registry.content.truncateUpload(id, offset);
  throw new RegistryError("SIZE_INVALID", `the chunk has ${size - offset} bytes, but its Content-Range says ${range.end + 1 - offset}`);
}

/** Bytes staged so far. Only the first bytes of a session take room: many never get any. */
async function stage(registry: Registry<"uploads">, session: UploadSession): Promise<number> {
  const { content, limits, tickets } = registry;
  const { id, algorithm } = session;
  // While this request waited for its turn.
  if (tickets.hasEnded(id)) throw unknownUpload(id);
  const size = await content.uploadSize(id);
  if (size !== undefined) return size;
  const now = registry.now();
  await makeRoom(registry, { ...session, activeAt: now, expiresAt: now + limits.uploadLifetime });
  try {
    await content.createUpload(id, algorithm);
    return 0;
  } catch (error) {
    const other = await content.uploadSize(id);
    if (other !== undefined) return other;
    throw asRegistryError(error);
  }
}

/**
 * Passes a body on and keeps its session open while bytes come, however long that takes. That is noted while they come, and
 * only now and then, so that many small chunks cost no transaction each.
 */
function keepOpen({ metadata, limits, now }: Registry<"uploads">, { id, activeAt }: UploadSession, body: ByteSource): ByteSource {
  const interval = Math.min(limits.idle, limits.uploadLifetime) / 2;
  let noted = activeAt ?? 0;
  let noting: Promise<boolean> = Promise.resolve(true);
  let failure: unknown;
  const note = () => {
    noted = now();
    noting = metadata.uploads.extend(id, noted, noted + limits.uploadLifetime);
    noting.then(
      (open) => {
        if (!open) failure ??= unknownUpload(id);
      },
      (error) => {
        failure ??= error;
      },
    );
  };
  return watched(body, {
    piece: () => {
      if (failure !== undefined) throw failure;
      if (now() - noted >= interval) note();
    },
    end: async () => {
      if (!(await noting)) throw unknownUpload(id);
    },
  });
}

async function guarded<T>(use: () => Promise<T>, offset?: number): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw asRegistryError(error, offset);
  }
}

/** distribution-spec, "Pushing a blob in chunks": out of order is 416; the answer says where to go on. */
function outOfOrder(size: number): RegistryError {
  return new RegistryError("BLOB_UPLOAD_INVALID", `the next chunk must start at byte ${size}`, {
    status: 416,
    detail: { offset: size },
    headers: { Range: uploadRange(size) },
  });
}

/** The Range header of a session that has `size` bytes. The specification knows no empty range; `0-0` is what clients expect. */
export function uploadRange(size: number): string {
  return `0-${Math.max(0, size - 1)}`;
}

/** The algorithm to hash with while bytes arrive, from what a client announced. */
export function announcedAlgorithm(algorithm: DigestAlgorithm | undefined, digest: Digest | undefined): DigestAlgorithm {
  return algorithm ?? (digest === undefined ? "sha256" : digestAlgorithm(digest));
}
