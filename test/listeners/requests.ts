import type { Random } from "../../src/storage/filesystem/testing/random.ts";

/** What requests are made of: whole ones of the grammar mostly, and what is known to be read in more than one way. */
const METHODS = ["GET", "GET", "HEAD", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "PURGE"];
const TARGETS = ["/a", "/a?b=c", "//a", "/", "*", "http://other/a", "http://other", "other:80", "/%00", "/a#b", "/a b", "/\u00e4", "?a"];
const VERSIONS = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/1.10", "http/1.1", "HTTP/1.1 "];
const HOSTS = ["localhost", "localhost", "localhost:80", "", "a b", "a, b", "[::1]"];
const FIELDS = [
  "X: a",
  "X:a",
  "X: \u00e4",
  "X : a",
  " X: a",
  "\tX",
  "X",
  ": a",
  "X: a\u0000",
  "X_Y: a",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: Content-Length",
  "Expect: 100-continue",
  "Expect: x",
  "Upgrade: h2c",
  "TE: chunked",
  "Host: other",
  "Content-Type: a/b",
  "Authorization: a",
  "Keep-Alive: timeout=1",
];
const CODINGS = ["chunked", "chunked", "chunked", "Chunked", "identity", "gzip, chunked", "chunked, identity", "chunked;a", "", "x"];
const LINE_ENDS = ["\n", "\r", "\r\r\n", "\n\r", "\r\n ", "\r\n\r\n", ""];
const SPARKS = [
  "\r\n",
  "\n",
  "\r",
  "\u0000",
  " ",
  "\t",
  ":",
  ";",
  ",",
  "0",
  "1",
  "f",
  "0\r\n\r\n",
  "\r\n\r\n",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "\u00ff",
  "\u000b",
  "Host: x\r\n",
];
const CONTENTS = ["", "a", "hello", "0\r\n\r\n", "GET /hidden HTTP/1.1\r\nHost: hidden\r\n\r\n", "a\r\nb", "x".repeat(300)];

/** One request, or a few, one after the other; some of them are damaged. In latin1. */
export function requests(random: Random): string {
  const text = Array.from({ length: 1 + random.below(4) }, () => request(random)).join("");
  return random.chance(0.5) ? text : damaged(random, text);
}

function request(random: Random): string {
  const some = <T>(values: readonly T[]): T => pick(random, values);
  const end = () => (random.chance(0.01) ? some(LINE_ENDS) : "\r\n");
  const content = some(CONTENTS);
  const framed = random.below(4);
  const method = random.chance(0.1) ? some(METHODS) : pick(random, METHODS.slice(0, 8));
  const target = random.chance(0.1) ? some(TARGETS) : pick(random, TARGETS.slice(0, 3));
  const lines = [`${method} ${target} ${random.chance(0.1) ? some(VERSIONS) : "HTTP/1.1"}`, `Host: ${random.chance(0.1) ? some(HOSTS) : "localhost"}`];
  for (let fields = random.below(3); fields > 0; fields--)
    lines.push(random.chance(0.3) ? some(FIELDS) : some(["X: a", "Accept: */*", "X-Long: aaaaaaaaaaaaaaaaaaaa"]));
  if (framed === 1 || random.chance(0.03)) lines.push(`Content-Length: ${random.chance(0.05) ? some(lengths(content.length)) : content.length}`);
  if (framed === 2 || random.chance(0.03)) lines.push(`Transfer-Encoding: ${random.chance(0.1) ? some(CODINGS) : "chunked"}`);
  const head = [...lines, ""].map((line) => line + end()).join("");
  return head + (framed === 0 ? "" : framed === 1 ? content : framed === 2 ? chunksOf(random, content) : "");
}

function lengths(length: number): string[] {
  return [
    `+${length}`,
    `-${length}`,
    `0x${length.toString(16)}`,
    `0${length}`,
    `${length} `,
    `${length},${length}`,
    `${length + 1}`,
    "",
    "18446744073709551617",
    `${length}.0`,
  ];
}

function chunksOf(random: Random, content: string): string {
  const some = <T>(values: readonly T[]): T => pick(random, values);
  const end = () => (random.chance(0.01) ? some(LINE_ENDS) : "\r\n");
  let text = "";
  for (let at = 0; at < content.length; ) {
    const size = 1 + random.below(content.length - at);
    const written = size.toString(16);
    const spelled = random.chance(0.05)
      ? some([`0${written}`, `0x${written}`, `+${written}`, ` ${written}`, `${written} `, `${written};a=b`, `${written};a b`, `${written}g`])
      : written;
    text += `${spelled}${end()}${content.slice(at, at + size)}${end()}`;
    at += size;
  }
  const trailers = random.chance(0.1) ? some(["X: a\r\n", "Content-Length: 3\r\n", "X\r\n", "X : a\r\n", " a\r\n", "Host: x\r\n"]) : "";
  return `${text}0${end()}${trailers}${end()}`;
}

/** With a few bytes changed, put in, left out or repeated. */
function damaged(random: Random, text: string): string {
  let result = text;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(result.length + 1);
    const to = Math.min(result.length, at + 1 + random.below(8));
    const inserts = [pick(random, SPARKS), String.fromCharCode(random.below(256)), result.slice(at, to) + result.slice(at, to), ""];
    result = result.slice(0, at) + pick(random, inserts) + result.slice(random.chance(0.5) ? at : to);
  }
  return result;
}

/** The bytes in pieces that end anywhere. */
export function split(random: Random, bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  const most = pick(random, [3, 20, 200]);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(most);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new Error("there is nothing to choose from");
  return value;
}
