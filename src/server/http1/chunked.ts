import { CR, LF, SPACE, TEXT } from "./bytes.ts";
import { readField } from "./field.ts";
import { MalformedRequest } from "./malformed.ts";

/** Digits of a chunk's size: up to 256 TiB. */
const SIZE_DIGITS = 12;

/** Bytes of all extensions of a body together: nobody sends any. */
const EXTENSIONS = 1024;

/** Bytes of all trailers of a body. */
const TRAILERS = 4096;

/** Names that a trailer may not have (RFC 9110, section 6.5.1): as headers they say where the body ends, or whom it is for. */
const NO_TRAILERS: ReadonlySet<string> = new Set(["content-length", "transfer-encoding", "host", "connection", "expect", "authorization", "content-type"]);

type State = "size" | "extension" | "size-end" | "data" | "data-cr" | "data-lf" | "trailer" | "trailer-lf" | "over";

const SEMICOLON = 0x3b;

/** Takes a chunked body apart (RFC 9112, section 7.1), from pieces that end anywhere. Trailers are read and dropped. */
export class ChunkedBody {
  #state: State = "size";
  /** Of the chunk: its size as far as it is read, then what is missing of it. */
  #size = 0;
  #digits = 0;
  #extensions = 0;
  #trailers = 0;
  /** The line of a trailer, as far as it is there. */
  #line: number[] = [];
  #taken = 0;

  /** Whether the last chunk and its trailers were read. */
  get over(): boolean {
    return this.#state === "over";
  }

  /** Where the last `read` has stopped in its piece. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * The next bytes of the body in a piece; undefined when there are none in the rest of it, or the body is over.
   * @throws MalformedRequest; nothing can be read after that
   */
  read(piece: Buffer, from: number): Buffer | undefined {
    let at = from;
    while (at < piece.length && this.#state !== "over") {
      if (this.#state === "data") {
        const data = piece.subarray(at, at + this.#size);
        this.#size -= data.length;
        if (this.#size === 0) this.#state = "data-cr";
        this.#taken = at + data.length;
        return data;
      }
      this.#step(piece[at] ?? 0);
      at++;
    }
    this.#taken = at;
    return undefined;
  }

  /** Reads a byte that is not of the content. */
  #step(byte: number): void {
    switch (this.#state) {
      case "size":
        this.#readSize(byte);
        return;
      case "extension":
        if (byte === CR) this.#state = "size-end";
        else if (!isVisible(byte)) throw new MalformedRequest("a chunk's extension has a blank, or what is not ASCII");
        else if (++this.#extensions > EXTENSIONS) throw new MalformedRequest("the chunks' extensions are too long: leave them out");
        return;
      case "size-end":
        if (byte !== LF) throw new MalformedRequest("a chunk's size does not end with CR LF");
        this.#state = this.#size === 0 ? "trailer" : "data";
        this.#digits = 0;
        return;
      case "data-cr":
        if (byte !== CR) throw new MalformedRequest("a chunk is longer than its size says");
        this.#state = "data-lf";
        return;
      case "data-lf":
        if (byte !== LF) throw new MalformedRequest("a chunk does not end with CR LF");
        this.#state = "size";
        return;
      case "trailer":
        this.#readTrailer(byte);
        return;
      case "trailer-lf":
        this.#endTrailer(byte);
    }
  }

  #readSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit !== undefined) {
      if (++this.#digits > SIZE_DIGITS) throw new MalformedRequest("a chunk's size is too long");
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0 || (byte !== CR && byte !== SEMICOLON)) throw new MalformedRequest("a chunk's size is no hexadecimal number");
    this.#state = byte === CR ? "size-end" : "extension";
  }

  #readTrailer(byte: number): void {
    if (byte === CR) {
      this.#state = "trailer-lf";
      return;
    }
    if (TEXT[byte] === 0) throw new MalformedRequest("a trailer has a control character");
    if (++this.#trailers > TRAILERS) throw new MalformedRequest("the trailers are too long: leave them out", 431);
    this.#line.push(byte);
  }

  #endTrailer(byte: number): void {
    if (byte !== LF) throw new MalformedRequest("a trailer does not end with CR LF");
    if (this.#line.length === 0) {
      this.#state = "over";
      return;
    }
    const line = Buffer.from(this.#line);
    const [name, nameEnd] = readField(line, 0, line.length);
    if (NO_TRAILERS.has(line.toString("latin1", name, nameEnd).toLowerCase())) throw new MalformedRequest("a trailer has a name that only headers may have");
    this.#line = [];
    this.#state = "trailer";
  }
}

/** Blanks may stand in extensions (RFC 9112, section 7.1.1), but nobody sends them, and few parsers read them alike. */
function isVisible(byte: number): boolean {
  return byte > SPACE && byte < 0x7f;
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}
