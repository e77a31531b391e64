import { CR, LF, TEXT, TOKEN } from "./bytes.ts";
import { readField } from "./field.ts";
import { Framer } from "./framer.ts";
import { MalformedRequest } from "./malformed.ts";
import { Fields, type RequestHead } from "./request-head.ts";
import { type RequestLine, readRequestLine } from "./request-line.ts";

/** Fields of a head: more than any client sends. */
const MOST_FIELDS = 200;

const NOTHING = Buffer.alloc(0);

/**
 * Reads the heads of the requests of a connection, one after the other, from pieces that end anywhere (RFC 9112, sections 2 to 6). What
 * could be read in more than one way it refuses: whoever stands before this server might read it in another. A line is judged as soon
 * as it is there, and where the pieces end makes no difference.
 */
export class HeadReader {
  readonly #limit: number;
  /** What was there of a head when its piece ended. */
  #held = NOTHING;
  #heldLength = 0;
  /** How far the head was looked at, and where that line begins; both from the beginning of the head. */
  #seen = 0;
  #lineStart = 0;
  /** Where the request line begins: behind an empty line at most (RFC 9112, section 2.2). */
  #start = 0;
  #requestLine: RequestLine | undefined;
  #framer = new Framer();
  #places: number[] = [];
  #taken = 0;

  /** @param limit bytes of a head */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether some of a head is there, and not all. */
  get begun(): boolean {
    return this.#heldLength > 0;
  }

  /** Where the last `read` has stopped in its piece. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Reads on in a piece. Without a head all of it was taken.
   * @throws MalformedRequest; nothing can be read after that
   */
  read(piece: Buffer, from: number): RequestHead | undefined {
    const before = this.#heldLength;
    if (before > 0) this.#hold(piece, from);
    const head = before > 0 ? this.#scan(this.#held, 0, this.#heldLength) : this.#scan(piece, from, piece.length);
    if (head === undefined) {
      if (before === 0) this.#hold(piece, from);
      this.#taken = piece.length;
      return undefined;
    }
    this.#taken = from + this.#seen - before;
    this.#begin();
    return head;
  }

  /** Keeps a piece, as far as the limit goes. */
  #hold(piece: Buffer, from: number): void {
    const before = this.#heldLength;
    const length = Math.min(before + piece.length - from, this.#limit);
    if (this.#held.length < length) {
      const larger = Buffer.allocUnsafe(Math.min(Math.max(2 * length, 1024), this.#limit));
      this.#held.copy(larger, 0, 0, before);
      this.#held = larger;
    }
    piece.copy(this.#held, before, from, from + length - before);
    this.#heldLength = length;
  }

  /** Looks at the bytes of a head that are there: from `base` to `end`. */
  #scan(bytes: Buffer, base: number, end: number): RequestHead | undefined {
    const stop = Math.min(end, base + this.#limit);
    let at = base + this.#seen;
    if (at === base && at < stop && bytes[at] !== CR && TOKEN[bytes[at] ?? 0] === 0) throw new MalformedRequest("what came is no request");
    while (at < stop) {
      const byte = bytes[at] ?? 0;
      if (TEXT[byte] === 1) {
        at++;
        continue;
      }
      if (byte === LF) throw new MalformedRequest("a line of the head ends with LF alone: send CR LF");
      if (byte !== CR) throw new MalformedRequest("the head has a control character");
      if (at + 1 === stop) break;
      if (bytes[at + 1] !== LF) throw new MalformedRequest("the head has a CR without LF");
      const over = this.#readLine(bytes, base, at);
      at += 2;
      this.#lineStart = at - base;
      if (!over) continue;
      this.#seen = at - base;
      return this.#head(bytes, base, at);
    }
    this.#seen = at - base;
    if (end - base >= this.#limit) throw this.#tooLong();
    return undefined;
  }

  /** @returns whether it is the empty line after the last field */
  #readLine(bytes: Buffer, base: number, end: number): boolean {
    const start = base + this.#lineStart;
    if (this.#requestLine === undefined) {
      if (start < end) this.#requestLine = readRequestLine(bytes, start, end);
      else if (this.#lineStart > 0) throw new MalformedRequest("there are empty lines before the request");
      else this.#start = 2;
      return false;
    }
    if (start === end) return true;
    const place = readField(bytes, start, end);
    this.#framer.see(bytes, place);
    if (this.#places.length === 4 * MOST_FIELDS) throw new MalformedRequest(`the request has more than ${MOST_FIELDS} headers: send fewer`, 431);
    for (const position of place) this.#places.push(position - base - this.#start);
    return false;
  }

  #head(bytes: Buffer, base: number, end: number): RequestHead {
    if (this.#requestLine === undefined) throw new MalformedRequest("there is no request line");
    const { method, target, old } = this.#requestLine;
    const { hosts, framing, keepAlive, expects } = this.#framer.conclude(old);
    const fields = new Fields(bytes.toString("latin1", base + this.#start, end), this.#places);
    return { method, target, old, fields, hosts, framing, keepAlive, expects };
  }

  #tooLong(): MalformedRequest {
    if (this.#requestLine === undefined) return new MalformedRequest("the request line is too long: shorten the URL", 431);
    return new MalformedRequest(`the headers are larger than the ${this.#limit} bytes that limits.headerSize allows`, 431);
  }

  #begin(): void {
    this.#held = NOTHING;
    this.#heldLength = 0;
    this.#seen = 0;
    this.#lineStart = 0;
    this.#start = 0;
    this.#requestLine = undefined;
    this.#framer = new Framer();
    this.#places = [];
  }
}
