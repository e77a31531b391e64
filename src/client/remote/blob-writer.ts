import { ClientError, isClientError } from "../client-error.ts";
import type { BlobToPut, ByteStream, ReadOptions } from "../content/content.ts";
import type { Reply } from "../transport/request.ts";
import { DEFAULT_RETRY, pause } from "../transport/retry.ts";
import { sendChunks } from "./chunks.ts";
import { nameOf, type RepositoryConnection, repositoryUrl, scopeOf } from "./connection.ts";
import { expectStatus } from "./reply-error.ts";
import { cancelUpload, uploadLocation } from "./upload-location.ts";

/** Times that a blob is sent from its beginning. */
const ATTEMPTS = 3;

/** Milliseconds before the second attempt; the third waits twice as long. */
const DELAY = 500;

/** Milliseconds for which a registry may verify and store a blob that it got in full. */
const COMMIT_LIMIT = 600_000;

/** Bytes of the chunks in which a blob is sent to what takes no larger bodies. */
const SMALL_CHUNK = 16 * 1024 * 1024;

/** Bytes up to which a blob is sent from memory, so that the request can be repeated as it is. */
const MEMORY_LIMIT = 64 * 1024;

export interface UploadOptions extends ReadOptions {
  /** Send it in chunks of this many bytes. Default: in one request, which is what every registry is fastest with. */
  readonly chunkSize?: number;
}

/**
 * Uploads a blob: POST, then one PUT that streams it (distribution-spec, "POST then PUT"), or chunks where they are asked
 * for or a body is too large for what stands before the registry. An upload that breaks off starts again.
 * @throws ClientError of the source as it is; `refused` when the registry finds another digest
 */
export async function writeBlob(connection: RepositoryConnection, blob: BlobToPut, options: UploadOptions = {}): Promise<void> {
  let { chunkSize } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await upload(connection, blob, { ...options, ...(chunkSize !== undefined && { chunkSize }) });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      const tooLarge = isClientError(error) && error.status === 413 && chunkSize === undefined && blob.descriptor.size > SMALL_CHUNK;
      if (tooLarge) chunkSize = SMALL_CHUNK;
      else if (attempt >= ATTEMPTS || !isPassing(error)) throw error;
      await pause(DELAY * attempt * (0.5 + Math.random() / 2) + askedFor(error), options.signal);
    }
  }
}

/** A broken connection, a session or token that ended meanwhile, or a registry that says when it has room for the bytes. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  if (error.status === 429) return error.retryAfter !== undefined && error.retryAfter <= DEFAULT_RETRY.longestDelay;
  return error.kind === "network" || error.code === "BLOB_UPLOAD_UNKNOWN" || error.status === 401;
}

/** Milliseconds until there is room. */
function askedFor(error: unknown): number {
  return error instanceof ClientError && error.status === 429 ? (error.retryAfter ?? 0) : 0;
}

async function upload(connection: RepositoryConnection, blob: BlobToPut, options: UploadOptions): Promise<void> {
  const { digest, size } = blob.descriptor;
  const what = `cannot push ${digest} to ${nameOf(connection)}`;
  // ends the source when the upload is over, however it ended
  const source = new AbortController();
  const signal = options.signal === undefined ? source.signal : AbortSignal.any([options.signal, source.signal]);
  const start = await connection.transport.send({
    method: "POST",
    url: repositoryUrl(connection, "blobs/uploads/"),
    body: "",
    repeatable: true,
    scopes: scopeOf(connection, "push"),
    signal,
  });
  await expectStatus(start, [202], { ...connection, what });
  await start.discard();
  let location = uploadLocation(connection, start);
  try {
    const stream = counted(blob, signal);
    if (options.chunkSize !== undefined) location = await sendChunks(connection, { location, stream, chunkSize: options.chunkSize, start, what, signal });
    const body = options.chunkSize !== undefined ? "" : size <= MEMORY_LIMIT ? await collect(stream, size) : { stream, size };
    location.searchParams.set("digest", digest);
    const reply = await connection.transport.send({
      method: "PUT",
      url: location,
      headers: { "Content-Type": "application/octet-stream" },
      body,
      scopes: scopeOf(connection, "push"),
      answerLimit: COMMIT_LIMIT,
      signal,
    });
    await finish(reply, connection, what);
  } catch (error) {
    await cancelUpload(connection, location);
    throw error;
  } finally {
    source.abort();
  }
}

async function finish(reply: Reply, connection: RepositoryConnection, what: string): Promise<void> {
  await expectStatus(reply, [201, 204, 200], { ...connection, what });
  await reply.discard();
}

async function* counted(blob: BlobToPut, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const piece of blob.open(signal)) {
    yield piece;
    sent += piece.length;
    blob.onBytes?.(sent);
  }
  if (sent !== blob.descriptor.size) {
    throw new ClientError("invalid", `${blob.descriptor.digest} has ${sent} bytes, not ${blob.descriptor.size}: did it change while it was sent?`);
  }
}

async function collect(stream: ByteStream, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const piece of stream) {
    if (at + piece.length <= size) bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
