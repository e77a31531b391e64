import { closeSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import type { ByteRange } from "../../storage/content-store.ts";
import { LoopBudget } from "../../storage/loop-budget.ts";
import type { BlobBody, BodySource } from "../http.ts";
import type { NextPiece } from "./transfer.ts";

/** Bytes of a piece: large enough for the throughput, small enough that other requests do not wait for it. */
export const PIECE = 256 * 1024;

const readAsync = promisify(read);

/** Bytes up to which a response may take a piece and send it later without saying so: its high water mark. */
const UNSIGNALLED = 16 * 1024;

/** Buffers kept for the next transfer, because new memory must be cleared first. */
const KEPT = 16;

/** The one given back last is taken first: it is still in the processor's cache. */
const freeBuffers: Buffer[] = [];

export interface Pieces {
  readonly next: NextPiece;
  readonly close: () => void;
}

/**
 * Opens a body for sending.
 * @throws Error when its file cannot be opened
 */
export function openPieces({ source, range }: BlobBody): Pieces {
  switch (source.kind) {
    case "file":
      return filePieces(source.path, range ?? whole(source));
    case "bytes":
      return bytesPieces(range === undefined ? source.bytes : source.bytes.subarray(range.start, range.end + 1));
    case "stream":
      return streamPieces(source.open(range));
  }
}

/** Pieces of bytes that are in memory. */
export function bytesPieces(bytes: Uint8Array): Pieces {
  let offset = 0;
  return {
    next: () => {
      if (offset >= bytes.length) return undefined;
      const piece = bytes.subarray(offset, offset + PIECE);
      offset += piece.length;
      return piece;
    },
    close: () => {},
  };
}

/** Reads in the event loop or in the thread pool, as `LoopBudget` has it. */
function filePieces(path: string, { start, end }: ByteRange): Pieces {
  const file = openSync(path, "r");
  // Of this transfer alone: the response sends from it, for as long as the reader takes, and does not copy it.
  const buffer = freeBuffers.pop() ?? Buffer.allocUnsafeSlow(PIECE);
  let position = start;
  const budget = new LoopBudget();
  let reading = false;
  let closed = false;
  const release = () => {
    closeSync(file);
    if (freeBuffers.length < KEPT) freeBuffers.push(buffer);
  };
  const close = () => {
    if (closed) return;
    closed = true;
    if (!reading) release();
  };
  const readSlowly = async (length: number) => {
    reading = true;
    try {
      const { bytesRead } = await readAsync(file, buffer, 0, length, position);
      return advance(bytesRead);
    } finally {
      reading = false;
      if (closed) release();
    }
  };
  const advance = (bytesRead: number) => {
    if (bytesRead === 0) throw new Error(`${path} is shorter than its digest's content`);
    position += bytesRead;
    return bytesRead > UNSIGNALLED ? buffer.subarray(0, bytesRead) : Buffer.copyBytesFrom(buffer, 0, bytesRead);
  };
  return {
    next: () => {
      const length = Math.min(PIECE, end + 1 - position);
      if (length <= 0) return undefined;
      if (budget.exceeded()) return readSlowly(length);
      return advance(budget.run(() => readSync(file, buffer, 0, length, position)));
    },
    close,
  };
}

function streamPieces(stream: ReadableStream<Uint8Array>): Pieces {
  const reader = stream.getReader();
  return {
    next: async () => (await reader.read()).value,
    close: () => void reader.cancel().catch(() => {}),
  };
}

function whole(source: BodySource): ByteRange {
  return { start: 0, end: source.size - 1 };
}
