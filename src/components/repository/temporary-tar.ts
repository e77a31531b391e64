import type { Stats } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ClientError } from "../../client/client-error.ts";
import type { ByteStream } from "../../client/content/content.ts";
import { fileError, readFileStream } from "../../client/content/files.ts";
import { gunzip, isGzip } from "../../client/content/gzip.ts";
import { writeAll } from "../../client/content/write-stream.ts";

/** Bytes of one read. */
const PIECE = 512 * 1024;

/** An archive that makes this many bytes out of one, and more than `BOMB_SIZE` in all, is made to fill the disk. */
const BOMB_RATIO = 500;
const BOMB_SIZE = 4 * 1024 ** 3;

/** A tar archive to read from anywhere. */
export interface OpenTar {
  readonly file: FileHandle;
  readonly isCompressed: boolean;
  /** Of the file that was opened, which may have been replaced since. */
  readonly state: string;
}

/** Differs when a file was replaced or written to. */
export function fileState({ ino, size, mtimeMs }: Pick<Stats, "ino" | "size" | "mtimeMs">): string {
  return `${ino} ${size} ${mtimeMs}`;
}

/**
 * Opens a tar archive, compressed or not. A compressed one is unpacked once into a file without a name beside it, which is gone when it is
 * closed, whatever happens; memory stays flat.
 * @param name for messages
 * @throws ClientError `not-found`; `invalid` when it is damaged
 */
export async function openTar(path: string, name: string, signal?: AbortSignal): Promise<OpenTar> {
  const file = await open(path, "r").catch((cause) => {
    throw fileError(`cannot read ${name}`, cause);
  });
  const head = Buffer.alloc(4);
  let state: string;
  try {
    state = fileState(await file.stat());
    await file.read(head, 0, head.length, 0);
  } catch (cause) {
    await file.close();
    throw fileError(`cannot read ${name}`, cause);
  }
  if (!isGzip(head)) return { file, isCompressed: false, state };
  await file.close();
  return { file: await spool(readFileStream(path, { ...(signal && { signal }) }), { name, beside: path }), isCompressed: true, state };
}

export interface SpoolOptions {
  /** For messages. */
  readonly name: string;
  /** A file whose folder is tried first: it has the space that a folder in memory has not. */
  readonly beside?: string;
}

/** Writes a stream into a file without a name; a compressed one is decompressed. @throws ClientError `invalid` when it is damaged */
export async function spool(stream: ByteStream, { name, beside }: SpoolOptions): Promise<FileHandle> {
  const file = await openNameless(beside === undefined ? [tmpdir()] : [dirname(beside), tmpdir()], name);
  try {
    let [read, written] = [0, 0];
    const counted = async function* (pieces: ByteStream) {
      for await (const piece of pieces) {
        read += piece.length;
        yield piece;
      }
    };
    for await (const piece of plain(counted(stream), name)) {
      written += piece.length;
      if (written > BOMB_SIZE && written > BOMB_RATIO * read) throw new ClientError("invalid", `${name} is not safe to use: it is far larger than it looks`);
      await writeAll(file, piece);
    }
    return file;
  } catch (cause) {
    await file.close();
    throw fileError(`cannot unpack ${name}`, cause);
  }
}

/** A part of a file that stays open. */
export async function* readPart(
  file: FileHandle,
  { start, size, signal }: { readonly start: number; readonly size: number; readonly signal?: AbortSignal | undefined },
) {
  for (let at = 0; at < size; ) {
    signal?.throwIfAborted();
    const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE, size - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start + at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* plain(stream: ByteStream, name: string): AsyncGenerator<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  const { value, done } = await pieces.next();
  if (done === true) return;
  const whole: ByteStream = {
    async *[Symbol.asyncIterator]() {
      yield value;
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
    },
  };
  try {
    yield* isGzip(value) ? gunzip(whole, name) : whole;
  } finally {
    await pieces.return?.();
  }
}

/** Its name is taken away at once, so that nothing is left behind by a process that is killed. */
async function openNameless(folders: readonly string[], name: string): Promise<FileHandle> {
  let failure: unknown;
  for (const folder of folders) {
    const path = join(folder, `.opm-${crypto.randomUUID()}.partial`);
    try {
      const file = await open(path, "wx+");
      await rm(path, { force: true });
      return file;
    } catch (cause) {
      failure = cause;
    }
  }
  throw fileError(`cannot unpack ${name}`, failure);
}
