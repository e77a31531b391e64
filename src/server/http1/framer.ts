import { HOST, isWord } from "./bytes.ts";
import { MalformedRequest, NO_HOST } from "./malformed.ts";
import type { RequestHead } from "./request-head.ts";

/** Digits of a length: what is longer is no number that can be counted exactly. */
const LENGTH = /^\d{1,15}$/;

/** Where a field's name begins and ends in its bytes, and its value. */
export type FieldPlace = readonly [name: number, nameEnd: number, value: number, valueEnd: number];

/** What the fields of one head say about its own form. */
export class Framer {
  #hosts = 0;
  #length: number | undefined;
  #chunked = false;
  #authorized = false;
  #typed = false;
  #expects = false;
  #closes = false;

  /**
   * Looks at a field.
   * @throws MalformedRequest when it may not have this value, or not a second one
   */
  see(bytes: Buffer, [name, nameEnd, value, valueEnd]: FieldPlace): void {
    // The length first: few names have these.
    switch (nameEnd - name) {
      case 4:
        if (isWord(bytes, name, "host")) this.#host(bytes, value, valueEnd);
        return;
      case 6:
        if (isWord(bytes, name, "expect")) this.#expect(bytes.toString("latin1", value, valueEnd));
        return;
      case 10:
        if (isWord(bytes, name, "connection")) this.#connection(bytes.toString("latin1", value, valueEnd));
        return;
      case 12:
        if (isWord(bytes, name, "content-type")) this.#typed = once(this.#typed, "Content-Type");
        return;
      case 13:
        if (isWord(bytes, name, "authorization")) this.#authorized = once(this.#authorized, "Authorization");
        return;
      case 14:
        if (isWord(bytes, name, "content-length")) this.#contentLength(bytes.toString("latin1", value, valueEnd));
        return;
      case 17:
        if (isWord(bytes, name, "transfer-encoding")) this.#transferEncoding(bytes.toString("latin1", value, valueEnd));
    }
  }

  /**
   * What they say together.
   * @param old of HTTP/1.0
   * @throws MalformedRequest
   */
  conclude(old: boolean): Pick<RequestHead, "hosts" | "framing" | "keepAlive" | "expects"> {
    if (this.#chunked && this.#length !== undefined) throw new MalformedRequest("the request has both Content-Length and Transfer-Encoding: send one");
    if (this.#chunked && old) throw new MalformedRequest("HTTP/1.0 has no Transfer-Encoding: send Content-Length");
    if (this.#hosts === 0 && !old) throw new MalformedRequest("the request has no Host header: send one");
    const framing = this.#chunked ? "chunked" : (this.#length ?? 0);
    // Two hosts are refused where all requests are looked at, in the words of what they are for.
    const keepAlive = !this.#closes && this.#hosts < 2 && !old;
    return { hosts: this.#hosts, framing, keepAlive, expects: this.#expects && !old && framing !== 0 };
  }

  #host(bytes: Buffer, value: number, end: number): void {
    this.#hosts++;
    for (let at = value; at < end; at++) if (HOST[bytes[at] ?? 0] === 0) throw new MalformedRequest(NO_HOST);
  }

  #contentLength(value: string): void {
    if (this.#length !== undefined) throw new MalformedRequest("the request has more than one Content-Length: send one");
    if (!LENGTH.test(value)) throw new MalformedRequest("the Content-Length is no number of bytes: send decimal digits alone");
    this.#length = Number(value);
  }

  #transferEncoding(value: string): void {
    if (this.#chunked) throw new MalformedRequest("the request has more than one Transfer-Encoding: send one");
    if (value.toLowerCase() !== "chunked") throw new MalformedRequest("the Transfer-Encoding is not 'chunked', which is the only one known here");
    this.#chunked = true;
  }

  #connection(value: string): void {
    this.#closes ||= value.split(",").some((option) => option.trim().toLowerCase() === "close");
  }

  #expect(value: string): void {
    if (value.toLowerCase() !== "100-continue") throw new MalformedRequest("the Expect header is not '100-continue', which is all that is met here", 417);
    this.#expects = true;
  }
}

function once(before: boolean, name: string): true {
  if (before) throw new MalformedRequest(`the request has more than one ${name} header: send one`);
  return true;
}
