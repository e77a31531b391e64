import { type Digest, type DigestAlgorithm, digestOf } from "../../oci/digest.ts";
import { ContentStoreError, type ContentStoreReason } from "../content-store.ts";

/** Bytes that look random and are the same for the same seed. */
export function bytesOf(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

/** A source of the bytes in pieces of `piece` bytes. */
export async function* sourceOf(bytes: Uint8Array, piece = 64 * 1024): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += piece) yield bytes.subarray(start, start + piece);
}

/** A source that fails after the bytes. */
export async function* brokenSource(bytes: Uint8Array, error: Error): AsyncIterable<Uint8Array> {
  yield* sourceOf(bytes);
  throw error;
}

/** A source that gives the bytes and then stays silent for ever; `silent` is called when it does. */
export async function* hangingSource(bytes: Uint8Array, silent: () => void): AsyncIterable<Uint8Array> {
  yield* sourceOf(bytes);
  silent();
  await new Promise<never>(() => undefined);
}

export async function readAll(stream: ReadableStream<Uint8Array> | undefined): Promise<Uint8Array | undefined> {
  return stream === undefined ? undefined : new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The reason a promise is refused for; throws when it is not. */
export async function reasonOf(promise: Promise<unknown>): Promise<ContentStoreReason> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ContentStoreError) return error.reason;
    throw error;
  }
  throw new Error("expected a refusal, but it succeeded");
}

export interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly digest: Digest;
}

export function contentOf(size: number, seed = 1, algorithm: DigestAlgorithm = "sha256"): Content {
  const bytes = bytesOf(size, seed);
  return { bytes, digest: digestOf(bytes, algorithm) };
}

/**
 * The message a promise is rejected with; throws when it is not. Stands in for `expect(…).rejects`, which in bun test waits
 * in a nested event loop that delivers no messages of workers.
 */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("expected a rejection, but it succeeded");
}
