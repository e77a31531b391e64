import type { FileHandle } from "node:fs/promises";
import type { ByteStream } from "./content.ts";

/** Bytes that wait to be written before no more are taken. */
const HELD_BYTES = 4 * 1024 * 1024;

/** Pieces that are written at once; systems take 1024. */
const PIECES = 256;

export interface WriteStreamOptions {
  /** Where in the files the first byte goes. Default: 0. */
  readonly start?: number;
  /** Told up to where the files are written. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Writes a stream to files, each of which gets all of it. More is received, and hashed by whoever gives it, while some is written: the memory of a
 * piece must not be used again. When this ends, however it does, nothing is being written any more.
 */
export async function writeStream(files: readonly FileHandle[], content: ByteStream, { start = 0, onBytes }: WriteStreamOptions = {}): Promise<void> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  let at = start;
  let step: Promise<unknown> = Promise.resolve();
  let writing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  const writeHeld = async () => {
    try {
      while (held.length > 0) {
        const pieces = held.splice(0, PIECES);
        step = all(files.map((file) => writePieces(file, pieces, at)));
        await step;
        const size = pieces.reduce((sum, { length }) => sum + length, 0);
        bytes -= size;
        at += size;
        onBytes?.(at);
      }
      writing = undefined;
    } catch (error) {
      failure = { error };
    }
  };
  try {
    for await (const piece of content) {
      held.push(piece);
      bytes += piece.length;
      writing ??= writeHeld();
      if (bytes >= HELD_BYTES) await step;
      if (failure !== undefined) break;
    }
  } finally {
    await writing;
  }
  if (failure !== undefined) throw failure.error;
}

/** Waits for all, so that nothing goes on after an error. */
async function all(tasks: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks)) if (result.status === "rejected") throw result.reason;
}

async function writePieces(file: FileHandle, pieces: readonly Uint8Array[], position: number): Promise<void> {
  let { bytesWritten } = pieces.length === 1 ? { bytesWritten: 0 } : await file.writev(pieces, position);
  let at = position;
  for (const piece of pieces) {
    const done = Math.min(bytesWritten, piece.length);
    bytesWritten -= done;
    await writeAll(file, piece.subarray(done), at + done);
    at += piece.length;
  }
}

/** A write may take a part only. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number | null = null): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position === null ? null : position + at);
    at += bytesWritten;
  }
}
