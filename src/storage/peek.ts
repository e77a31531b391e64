import { abortable } from "./abortable.ts";
import type { AppendOptions } from "./content-store.ts";
import { ContentStoreError } from "./content-store.ts";

/** The start of a source: all of it in `bytes`, or what came so far followed by the rest in `source`. */
export type Peeked = { readonly bytes: Uint8Array } | { readonly source: AsyncIterable<Uint8Array> };

/**
 * Reads a source until it ends or has more than `size` bytes.
 * @throws ContentStoreError `too-large`; what the source throws
 */
export async function peek(source: AsyncIterable<Uint8Array>, size: number, options: AppendOptions): Promise<Peeked> {
  const iterator = abortable(source, options.signal)[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total <= size) {
    const next = await iterator.next();
    if (next.done) return { bytes: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : new Uint8Array(Buffer.concat(chunks)) };
    chunks.push(next.value);
    total += next.value.length;
    if (options.limit !== undefined && total > options.limit) {
      await iterator.return?.();
      throw tooLarge(options.limit);
    }
  }
  return { source: joined(chunks, iterator) };
}

/**
 * Reads a whole source of at most `limit` bytes.
 * @throws ContentStoreError `too-large`; what the source throws
 */
export async function readWhole(source: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const start = await peek(source, limit, { limit });
  if ("bytes" in start) return start.bytes;
  throw tooLarge(limit);
}

export function tooLarge(limit: number): ContentStoreError {
  return new ContentStoreError("too-large", `the upload would grow beyond its limit of ${limit} bytes`);
}

async function* joined(chunks: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  let ended = false;
  try {
    yield* chunks;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    ended = true;
  } finally {
    if (!ended) await iterator.return?.();
  }
}
