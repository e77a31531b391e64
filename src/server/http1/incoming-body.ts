import type { BodyFeed, BodyTaker } from "../transport/body-arrival.ts";
import { ChunkedBody } from "./chunked.ts";
import type { Framing } from "./request-head.ts";

/** The content of a body in the bytes that come. */
interface Decoder {
  readonly over: boolean;
  readonly taken: number;
  read(piece: Buffer, from: number): Buffer | undefined;
}

/** Of known length (RFC 9112, section 6.2). */
class SizedBody implements Decoder {
  taken = 0;
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get over(): boolean {
    return this.#left === 0;
  }

  read(piece: Buffer, from: number): Buffer | undefined {
    const part = piece.subarray(from, from + this.#left);
    this.#left -= part.length;
    this.taken = from + part.length;
    return part.length === 0 ? undefined : part;
  }
}

/**
 * The body of a request as its connection reads it: nothing of it before somebody wants it, be it to drop it.
 */
export class IncomingBody implements BodyFeed {
  readonly #decoder: Decoder;
  readonly #changed: () => void;
  #taker: BodyTaker | undefined;
  #dropped = false;
  #broken = false;
  #why: string | undefined;
  #paused = false;
  #lent = false;

  /** @param changed called when more of it is wanted, or less */
  constructor(framing: Framing, changed: () => void) {
    this.#decoder = framing === "chunked" ? new ChunkedBody() : new SizedBody(framing);
    this.#changed = changed;
  }

  /** Whether its end was read. */
  get over(): boolean {
    return this.#decoder.over;
  }

  /** Whether what comes can be read now. */
  get wanted(): boolean {
    return this.#taker !== undefined || this.#dropped || this.#broken;
  }

  /** Whether something that the last `take` gave is still in use. */
  get lent(): boolean {
    return this.#lent;
  }

  /** Whether the client is to be made to wait. */
  get full(): boolean {
    return this.#paused && this.#taker !== undefined;
  }

  /**
   * Reads on in a piece, to its end or to that of the body.
   * @returns where it has stopped
   * @throws MalformedRequest
   */
  take(piece: Buffer, from: number): number {
    this.#lent = false;
    if (this.#broken) return piece.length;
    let at = from;
    while (at < piece.length && this.wanted && !this.over) {
      const part = this.#decoder.read(piece, at);
      at = this.#decoder.taken;
      if (part !== undefined && this.#taker?.piece(part) === false) this.#lent = true;
    }
    if (this.over) this.#taker?.end();
    return at;
  }

  /** Its end will not come. What comes in its place is dropped. */
  breakOff(why?: string): void {
    if (this.over || this.#broken) return;
    this.#broken = true;
    this.#why = why;
    this.#taker?.breakOff(why);
  }

  /** Nobody reads it any more, but the client may go on to send it. */
  drop(): void {
    this.#dropped = true;
    this.#taker = undefined;
    this.#changed();
  }

  open(taker: BodyTaker): void {
    if (this.over) taker.end();
    else if (this.#broken) taker.breakOff(this.#why);
    this.#taker = taker;
    this.#changed();
  }

  pause(): void {
    this.#paused = true;
    this.#changed();
  }

  resume(): void {
    this.#paused = false;
    this.#changed();
  }

  close(): void {
    this.#taker = undefined;
    this.#changed();
  }
}
