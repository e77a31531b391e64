import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bytesOf } from "../../storage/testing/content.ts";
import { ChunkedBody } from "./chunked.ts";
import { MalformedRequest } from "./malformed.ts";
import { inPieces } from "./testing/pieces.ts";

interface Outcome {
  readonly content: string;
  readonly over: boolean;
  /** Bytes behind the end. */
  readonly left: number;
  readonly refused: string | undefined;
}

function decode(pieces: readonly Buffer[]): Outcome {
  const body = new ChunkedBody();
  const parts: Buffer[] = [];
  let left = 0;
  let refused: string | undefined;
  try {
    for (const piece of pieces) {
      let at = 0;
      while (at < piece.length && !body.over) {
        const part = body.read(piece, at);
        at = body.taken;
        if (part !== undefined) parts.push(part);
      }
      left += piece.length - at;
    }
  } catch (error) {
    if (!(error instanceof MalformedRequest)) throw error;
    refused = error.message;
  }
  return { content: Buffer.concat(parts).toString("latin1"), over: body.over, left: refused === undefined ? left : 0, refused };
}

const decodeText = (text: string) => decode([Buffer.from(text, "latin1")]);

describe("a body in chunks", () => {
  test.each([
    ["no content", "0\r\n\r\n", "", 0],
    ["many zeros", "000000000000\r\n\r\n", "", 0],
    ["two chunks", "1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n", "a0123456789", 0],
    ["extensions", '2;a=b;c="d"\r\nab\r\n0;x\r\n\r\n', "ab", 0],
    ["trailers", "2\r\n\r\n\r\n0\r\nX: y\r\nZ:\r\n\r\n", "\r\n", 0],
    ["the next request behind it", "1\r\na\r\n0\r\n\r\nGET /", "a", 5],
  ])("%s", (_name, text, content, left) => {
    expect(decodeText(text)).toEqual({ content, over: true, left, refused: undefined });
  });

  test.each(["", "1", "1\r\n", "5\r\nabc", "1\r\na\r", "1\r\na\r\n0\r\n", "0\r\nX: y\r\n", "0\r\n\r"])("%j is not over", (text) => {
    expect(decodeText(text)).toMatchObject({ over: false, refused: undefined });
  });

  test.each([
    ["no size", "\r\n"],
    ["an extension without a size", ";a\r\n"],
    ["a size with a sign", "+1\r\na\r\n"],
    ["a size below zero", "-1\r\n"],
    ["a size with a prefix", "0x1\r\na\r\n"],
    ["a blank before the size", " 1\r\na\r\n"],
    ["a blank behind the size", "1 \r\na\r\n"],
    ["a blank before the extension", "1 ;a\r\na\r\n"],
    ["a size that is no number", "g\r\n"],
    ["a size that is too long", "0000000000001\r\na\r\n"],
    ["a size that ends with LF alone", "1\na\r\n"],
    ["a size that ends with CR alone", "1\ra\r\n"],
    ["an extension that ends with LF alone", "1;a\na\r\n"],
    ["a blank in an extension", "1; a\r\na\r\n"],
    ["a byte beyond ASCII in an extension", "1;\u00e4\r\na\r\n"],
    ["a control character in an extension", "1;\u0000\r\na\r\n"],
    ["DEL in an extension", "1;\u007f\r\na\r\n"],
    ["CR in an extension", "1;a\rb\r\na\r\n"],
    ["a chunk that is longer than its size", "1\r\nab\r\n"],
    ["a chunk that is shorter than its size", "3\r\na\r\n0\r\n\r\n"],
    ["a chunk that ends with LF alone", "1\r\na\n0\r\n\r\n"],
    ["a chunk that ends with CR alone", "1\r\na\r0\r\n\r\n"],
    ["a chunk that ends with two CR", "1\r\na\r\r\n0\r\n\r\n"],
    ["a trailer that is none", "0\r\nX\r\n\r\n"],
    ["a blank before a trailer's colon", "0\r\nX : y\r\n\r\n"],
    ["a trailer that goes on", "0\r\nX: y\r\n z\r\n\r\n"],
    ["a trailer that ends with LF alone", "0\r\nX: y\n\r\n"],
    ["a trailer with NUL", "0\r\nX: \u0000\r\n\r\n"],
    ["a length as a trailer", "0\r\nContent-Length: 5\r\n\r\n"],
    ["a coding as a trailer", "0\r\ntransfer-encoding: chunked\r\n\r\n"],
    ["an end of LF alone", "0\r\n\n"],
    ["extensions that are too long", `1;${"a".repeat(600)}\r\na\r\n1;${"a".repeat(600)}\r\na\r\n0\r\n\r\n`],
    ["trailers that are too long", `0\r\n${"X: y\r\n".repeat(2000)}\r\n`],
  ])("%s is refused", (_name, text) => {
    expect(decodeText(text).refused).toMatch(/^[^\r\n]+$/);
  });
});

const NEARLY = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("1\r\na\r\n", "a\r\n0123456789\r\n", "0\r\n", "\r\n", "X: y\r\n", "3;e\r\n\r\n0\r\n") },
    { weight: 1, arbitrary: fc.constantFrom("\r", "\n", ";", "0", "f", " ", ":", "\u0000") },
  ),
  { maxLength: 20 },
);
const SIZES = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });

test("where the pieces end makes no difference, for any input", () => {
  fc.assert(
    fc.property(NEARLY, SIZES, (parts, sizes) => {
      const bytes = Buffer.from(parts.join(""), "latin1");
      expect(decode(inPieces(bytes, sizes))).toEqual(decode([bytes]));
    }),
    { numRuns: 2000 },
  );
});

test("content comes out as it went in, whatever the chunks and the pieces", () => {
  const content = bytesOf(20_000);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 10 }), SIZES, (chunks, sizes) => {
      const parts: Uint8Array[] = [];
      let at = 0;
      for (const size of chunks) {
        parts.push(Buffer.from(`${size.toString(16)}\r\n`), content.subarray(at, at + size), Buffer.from("\r\n"));
        at += size;
      }
      const bytes = Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
      const outcome = decode(inPieces(bytes, sizes));
      expect(outcome).toMatchObject({ over: true, left: 0, refused: undefined });
      expect(outcome.content).toBe(Buffer.from(content.subarray(0, at)).toString("latin1"));
    }),
    { numRuns: 300 },
  );
});
