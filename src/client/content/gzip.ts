import { pipeline, Readable, type Transform } from "node:stream";
import { createGunzip, createGzip, deflateSync } from "node:zlib";
import { ClientError } from "../client-error.ts";
import type { ByteStream } from "./content.ts";

/** Bytes of one step. */
const CHUNK = 256 * 1024;

/** Bytes at the beginning that say whether compressing is of any use. */
const SAMPLE = 32 * 1024;

/** What is left of a sample that is worth compressing. */
const WORTHWHILE = 0.9;

const LEVEL = 4;

/**
 * Compresses a stream; what is compressed already is only wrapped, as that is some fifty times as fast. Equal bytes make equal
 * bytes.
 */
export async function* gzip(stream: ByteStream): AsyncGenerator<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  try {
    const head: Uint8Array[] = [];
    let [size, ended] = [0, false];
    while (size < SAMPLE && !ended) {
      const { value, done } = await pieces.next();
      ended = done === true;
      if (!ended) head.push(value);
      if (!ended) size += value.length;
    }
    const sample = Buffer.concat(head).subarray(0, SAMPLE);
    const level = deflateSync(sample, { level: 1 }).length < sample.length * WORTHWHILE ? LEVEL : 0;
    yield* through(prepended(head, pieces), createGzip({ level, chunkSize: CHUNK }));
  } finally {
    await pieces.return?.();
  }
}

/** Decompresses a stream, also one of several members. @throws ClientError `invalid` when it is damaged */
export async function* gunzip(stream: ByteStream, label: string): AsyncGenerator<Uint8Array> {
  try {
    yield* through(stream, createGunzip({ chunkSize: CHUNK }));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && typeof cause.code === "string" && cause.code.startsWith("Z_")) {
      throw new ClientError("invalid", `${label} is damaged: it cannot be decompressed`, { cause });
    }
    throw cause;
  }
}

/** By the first bytes (RFC 1952, section 2.3.1). */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* prepended(head: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* through(stream: ByteStream, transform: Transform): AsyncGenerator<Uint8Array> {
  // what goes wrong in the source ends the transform with the same error
  pipeline(Readable.from(stream), transform, () => {});
  yield* transform;
}
