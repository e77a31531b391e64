import { pipeline, Readable, type Transform } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import { ClientError } from "../../client/client-error.ts";
import type { ByteStream } from "../../client/content/content.ts";

/** Compresses a stream. Equal bytes make equal bytes. @param level 0 (not at all) to 9 */
export function gzip(stream: ByteStream, level = 6): ByteStream {
  return through(stream, createGzip({ level, chunkSize: CHUNK }));
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

/** Bytes of one step. */
const CHUNK = 256 * 1024;

async function* through(stream: ByteStream, transform: Transform): AsyncGenerator<Uint8Array> {
  // what goes wrong in the source ends the transform with the same error
  pipeline(Readable.from(stream), transform, () => {});
  yield* transform;
}
