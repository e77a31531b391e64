import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HeadReader } from "./head-reader.ts";
import { MalformedRequest } from "./malformed.ts";
import type { RequestHead } from "./request-head.ts";
import { inPieces } from "./testing/pieces.ts";

const LIMIT = 1000;
const HOST = "Host: localhost\r\n";

/** What of a head a test compares. */
function shown({ method, target, old, framing, keepAlive, expects, hosts, fields }: RequestHead) {
  return { method, target, old, framing, keepAlive, expects, hosts, x: fields.get("x") };
}

/** Every head in the pieces, then what they were refused with. */
function readAll(pieces: readonly Buffer[], limit = LIMIT): unknown[] {
  const reader = new HeadReader(limit);
  const events: unknown[] = [];
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at = reader.taken) {
        const head = reader.read(piece, at);
        if (head !== undefined) events.push(shown(head));
      }
    }
  } catch (error) {
    if (!(error instanceof MalformedRequest)) throw error;
    events.push([error.status, error.message]);
  }
  return events;
}

const read = (text: string, limit?: number) => readAll([Buffer.from(text, "latin1")], limit);
const one = { method: "GET", target: "/v2/", old: false, framing: 0, keepAlive: true, expects: false, hosts: 1, x: undefined };

describe("a head that is read", () => {
  test.each<[string, string, object]>([
    ["the least", "", {}],
    ["a value with blanks around it", "X: \t a b \t\r\n", { x: "a b" }],
    ["an empty value", "X:\r\n", { x: "" }],
    ["a value of bytes beyond ASCII", "X: \u00ff\u0080\r\n", { x: "\u00ff\u0080" }],
    ["a name in another case, twice", "X: 1\r\nx:2\r\n", { x: "1, 2" }],
    ["names like it", "XX: 1\r\nY: 2\r\n!: 3\r\n", {}],
    ["a length", "content-LENGTH: 042\r\n", { framing: 42 }],
    ["no length", "Content-Length: 0\r\n", { framing: 0 }],
    ["the greatest length", "Content-Length: 999999999999999\r\n", { framing: 999_999_999_999_999 }],
    ["chunks", "Transfer-Encoding: Chunked\r\n", { framing: "chunked" }],
    ["the end of the connection", "Connection: TE, Close\r\n", { keepAlive: false }],
    ["a body to be asked for", "Expect: 100-Continue\r\nContent-Length: 1\r\n", { framing: 1, expects: true }],
    ["no body to be asked for", "Expect: 100-continue\r\n", {}],
    ["a second host, which ends the connection", "hOST: b\r\n", { hosts: 2, keepAlive: false }],
  ])("%s", (_name, headers, expected) => {
    expect(read(`GET /v2/ HTTP/1.1\r\n${HOST}${headers}\r\n`)).toEqual([{ ...one, ...expected }]);
  });

  test("of HTTP/1.0: no host, and the connection ends, whatever the client wants", () => {
    const old = { ...one, old: true, hosts: 0, keepAlive: false };
    expect(read("GET /v2/ HTTP/1.0\r\n\r\n")).toEqual([old]);
    expect(read("GET /v2/ HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")).toEqual([{ ...old, framing: 1 }]);
  });

  test("of any method that there is", () => {
    for (const method of ["DELETE", "TRACE", "QUERY"]) expect(read(`${method} /v2/ HTTP/1.1\r\n${HOST}\r\n`)).toEqual([{ ...one, method }]);
  });

  test("behind an empty line, and one after the other", () => {
    const request = `GET /v2/ HTTP/1.1\r\n${HOST}\r\n`;
    expect(read(`\r\n${request}${request}\r\n${request}`)).toEqual([one, one, one]);
  });

  test("of as many bytes as the limit allows, and not of one more", () => {
    const size = `GET /v2/ HTTP/1.1\r\n${HOST}X: \r\n\r\n`.length;
    const long = (length: number) => `GET /v2/ HTTP/1.1\r\n${HOST}X: ${"a".repeat(length - size)}\r\n\r\n`;
    expect(read(long(LIMIT))).toEqual([{ ...one, x: "a".repeat(LIMIT - size) }]);
    expect(read(long(LIMIT + 1))).toEqual([[431, expect.stringContaining("limits.headerSize")]]);
    expect(read(`GET /${"a".repeat(LIMIT)}`)).toEqual([[431, expect.stringContaining("URL")]]);
  });
});

describe("a head that is refused", () => {
  const line = (text: string) => `${text}\r\n${HOST}\r\n`;
  const header = (text: string) => `GET /v2/ HTTP/1.1\r\n${HOST}${text}\r\n\r\n`;
  test.each<[string, string, number?]>([
    ["no version", line("GET /v2/")],
    ["no target", line("GET HTTP/1.1")],
    ["an empty target", line("GET  HTTP/1.1")],
    ["two spaces", line("GET  /v2/ HTTP/1.1")],
    ["a space at the end", line("GET /v2/ HTTP/1.1 ")],
    ["a space at the beginning", line(" GET /v2/ HTTP/1.1")],
    ["a tab for a space", line("GET\t/v2/ HTTP/1.1")],
    ["a tab in the target", line("GET /v2\t/ HTTP/1.1")],
    ["a target beyond ASCII", line("GET /v2/\u00e9 HTTP/1.1")],
    ["DEL in the target", line("GET /v2/\u007f HTTP/1.1")],
    ["NUL in the target", line("GET /v2/\u0000 HTTP/1.1")],
    ["a method that nobody has", line("BREW /v2/ HTTP/1.1")],
    ["a method in lower case", line("get /v2/ HTTP/1.1")],
    ["a method of proxies", line("CONNECT localhost:80 HTTP/1.1")],
    ["a method that is no token", line("G(E)T /v2/ HTTP/1.1")],
    ["a version in lower case", line("GET /v2/ http/1.1")],
    ["a version of two digits", line("GET /v2/ HTTP/1.10")],
    ["another protocol", line("GET /v2/ HTCPCP/1.0")],
    ["HTTP/2.0", line("PRI * HTTP/2.0"), 505],
    ["the version 1.2", line("GET /v2/ HTTP/1.2"), 505],
    ["a TLS handshake", "\u0016\u0003\u0001"],
    ["bytes that begin no method", "("],
    ["two empty lines before", `\r\n\r\nGET /v2/ HTTP/1.1\r\n`],
    ["LF alone, in the request line", "GET /v2/ HTTP/1.1\n"],
    ["LF alone, behind a header", `GET /v2/ HTTP/1.1\r\nHost: a\n`],
    ["LF alone, at the end", `GET /v2/ HTTP/1.1\r\n${HOST}\n`],
    ["CR alone, in a value", header("X: a\rb")],
    ["CR twice", `GET /v2/ HTTP/1.1\r\n${HOST}X: a\r\r\n`],
    ["NUL in a value", header("X: a\u0000b")],
    ["a control character in a value", header("X: a\u001bb")],
    ["DEL in a value", header("X: a\u007fb")],
    ["a control character in a name", header("X\u0001: a")],
    ["a line that goes on", header("X: a\r\n b")],
    ["a line that goes on, at once", `GET /v2/ HTTP/1.1\r\n X: a\r\n`],
    ["a blank before the colon", header("X : a")],
    ["a tab before the colon", header("X\t: a")],
    ["a blank in a name", header("X Y: a")],
    ["a name beyond ASCII", header("X\u00e9: a")],
    ["no name", header(": a")],
    ["no colon", header("X")],
    ["no host", "GET /v2/ HTTP/1.1\r\n\r\n"],
    ["a length and chunks", header("Content-Length: 1\r\nTransfer-Encoding: chunked")],
    ["chunks and a length", header("Transfer-Encoding: chunked\r\nContent-Length: 1")],
    ["chunks in HTTP/1.0", "GET /v2/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["two lengths", header("Content-Length: 1\r\nContent-Length: 2")],
    ["the same length twice", header("Content-Length: 1\r\nContent-Length: 1")],
    ["a list of lengths", header("Content-Length: 1, 1")],
    ["a length with a sign", header("Content-Length: +1")],
    ["a length below zero", header("Content-Length: -1")],
    ["a length with a blank", header("Content-Length: 1 1")],
    ["a hexadecimal length", header("Content-Length: 0x1")],
    ["a length with a point", header("Content-Length: 1.0")],
    ["an empty length", header("Content-Length:")],
    ["a length beyond all numbers", header("Content-Length: 1000000000000000")],
    ["a length in other digits", header("Content-Length: \u00b2")],
    ["another coding", header("Transfer-Encoding: gzip")],
    ["another coding before", header("Transfer-Encoding: gzip, chunked")],
    ["another coding behind", header("Transfer-Encoding: chunked, identity")],
    ["chunked twice", header("Transfer-Encoding: chunked, chunked")],
    ["chunked twice, in two lines", header("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")],
    ["an empty coding", header("Transfer-Encoding:")],
    ["a coding with a parameter", header("Transfer-Encoding: chunked;q=1")],
    ["a coding in quotes", header('Transfer-Encoding: "chunked"')],
    ["a coding with a vertical tab", header("Transfer-Encoding: \u000bchunked")],
    ["another expectation", header("Expect: 200-ok"), 417],
    ["two authorizations", header("Authorization: a\r\nAuthorization: a")],
    ["two types", header("Content-Type: a/b\r\ncontent-type: a/b")],
    ["too many headers", header(Array.from({ length: 200 }, () => "a:").join("\r\n")), 431],
  ])("%s", (_name, text, status = 400) => {
    expect(read(text, 4000)).toEqual([[status, expect.stringMatching(/^[^\r\n]+$/)]]);
  });
});

test("where the pieces end makes no difference", () => {
  const texts = [
    `\r\nPUT /a?b HTTP/1.1\r\n${HOST}X: 1\r\nContent-Length: 0\r\n\r\nGET /v2/ HTTP/1.1\r\n${HOST}\r\nGET / HTTP/1.1\r\nX : 1\r\n\r\n`,
    `GET / HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`,
    `GET / HTTP/1.1\r\n${HOST}\r\n\r\n\r\nGET`,
    `GET / HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`,
    `GET /${"a".repeat(200)} HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\n${HOST}X: ${"a".repeat(200)}\r\n\r\n`,
  ];
  for (const text of texts) {
    const bytes = Buffer.from(text, "latin1");
    const expected = readAll([bytes], 180);
    expect(expected.length).toBeGreaterThan(0);
    for (let at = 1; at < bytes.length; at++) expect([at, readAll([bytes.subarray(0, at), bytes.subarray(at)], 180)]).toEqual([at, expected]);
    expect(readAll(inPieces(bytes, [1]), 180)).toEqual(expected);
  }
});

/** Requests that are nearly well-formed: whole tokens of the grammar in any order. */
const NEARLY = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(`GET / HTTP/1.1\r\n`, HOST, "\r\n", "X: a\r\n", "Content-Length: 0\r\n", `GET /v2/ HTTP/1.1\r\n${HOST}\r\n`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("\r", "\n", " ", ":", "\t", "\u0000", "x", "Transfer-Encoding: chunked\r\n", "HTTP/1.0\r\n", "Content-Length: 3\r\n"),
    },
  ),
  { maxLength: 20 },
);

test("nor does it for any input", () => {
  fc.assert(
    fc.property(NEARLY, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }), (parts, sizes) => {
      const bytes = Buffer.from(parts.join(""), "latin1");
      expect(readAll(inPieces(bytes, sizes), 120)).toEqual(readAll([bytes], 120));
    }),
    { numRuns: 2000 },
  );
});
