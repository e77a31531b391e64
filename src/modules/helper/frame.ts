import type { FrameHeader } from "./frame-header.ts";
import { isFrameHeader } from "./is-frame-header.ts";
import { BODY_LIMIT, HEADER_LIMIT } from "./wire.ts";

export interface Frame {
  readonly header: FrameHeader;
  readonly body: Uint8Array;
}

/** What the other side sent is no frame of the protocol. */
export class FrameError extends Error {}

/** Bytes of the two lengths before a frame. */
const PREFIX = 8;

const EMPTY = new Uint8Array();

/** The bytes of a frame. The caller keeps within the limits of the protocol. */
export function encodeFrame(header: FrameHeader, body: Uint8Array = EMPTY): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(JSON.stringify(header));
  const bytes = new Uint8Array(PREFIX + text.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length);
  view.setUint32(4, body.length);
  bytes.set(text, PREFIX);
  bytes.set(body, PREFIX + text.length);
  return bytes;
}

/**
 * Reads frames until the source ends; the beginning of one that it ends in is dropped. Memory is taken for what has come only,
 * never for what a length promises.
 * @throws FrameError for what is no frame, or is larger than the protocol allows
 */
export async function* readFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const queue = new ByteQueue(source);
  for (;;) {
    const prefix = await queue.take(PREFIX);
    if (prefix === undefined) return;
    const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX);
    const [headerSize, bodySize] = [view.getUint32(0), view.getUint32(4)];
    if (headerSize > HEADER_LIMIT || bodySize > BODY_LIMIT) {
      throw new FrameError(`a frame of ${headerSize} and ${bodySize} bytes is larger than the protocol allows`);
    }
    const header = await queue.take(headerSize);
    const body = await queue.take(bodySize);
    if (header === undefined || body === undefined) return;
    yield { header: parseHeader(header), body };
  }
}

function parseHeader(bytes: Uint8Array): FrameHeader {
  const header = parseJson(bytes);
  if (isFrameHeader(header)) return header;
  throw new FrameError("the header of a frame is not what the protocol has");
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FrameError("the header of a frame is no JSON", { cause: error });
  }
}

/** Gives the bytes of a stream in the pieces that are asked for. */
class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #pieces: Uint8Array[] = [];
  #size = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Undefined where the stream ends before that many bytes. */
  async take(size: number): Promise<Uint8Array | undefined> {
    while (this.#size < size) {
      const { done, value } = await this.#source.next();
      if (done === true) return undefined;
      this.#pieces.push(value);
      this.#size += value.length;
    }
    const [first = EMPTY] = this.#pieces;
    const all = this.#pieces.length <= 1 ? first : Buffer.concat(this.#pieces);
    const rest = all.subarray(size);
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    return all.subarray(0, size);
  }
}
