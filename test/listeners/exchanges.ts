import { createHash } from "node:crypto";
import type { HttpReply, HttpRequest } from "../../src/server/http.ts";
import type { Random } from "../../src/storage/filesystem/testing/random.ts";

/** A request and its answer, as a test has made them up. */
export interface Exchange {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  readonly content: Buffer;
  /** Sizes of the chunks that the content is sent in, again and again; undefined: it has a length. */
  readonly chunks: readonly number[] | undefined;
  /** How much of the content is read before the answer, and how fast. */
  readonly reading: "whole" | "slowly" | "begun" | "never";
  readonly status: 200 | 204 | 304;
  readonly answer: Buffer;
  readonly kind: "text" | "bytes" | "stored" | "file" | "stream";
}

const KINDS = ["text", "bytes", "stored", "file", "stream"] as const;
const SIZES = [0, 1, 100, 16_000, 65_536, 70_000, 300_000, 1_000_000];

export function exchangeOf(random: Random): Exchange {
  const pick = <T extends string | number>(values: readonly [T, ...T[]]): T => values[random.below(values.length)] ?? values[0];
  const method = pick(["GET", "GET", "HEAD", "PUT", "PUT", "PUT", "DELETE"]);
  const reading = method === "PUT" ? pick(["whole", "whole", "slowly", "begun", "never"]) : "whole";
  const size = method === "PUT" ? random.below(SIZES[random.below(reading === "whole" || reading === "slowly" ? 8 : 5)] ?? 1) : 0;
  const status = pick([200, 200, 200, 204, 304]);
  return {
    method,
    content: bytesOf(random, size),
    chunks: method === "PUT" && random.chance(0.5) ? [1 + random.below(10), 1 + random.below(1000), 1 + random.below(100_000)] : undefined,
    reading,
    status,
    answer: bytesOf(random, status === 200 ? random.below(SIZES[random.below(SIZES.length)] ?? 1) : 0),
    kind: pick(KINDS),
  };
}

/** Text of one byte a character, so that its length is that of its bytes. */
function bytesOf(random: Random, size: number): Buffer {
  const block = Buffer.from(Array.from({ length: Math.min(size, 4099) }, () => 32 + random.below(95)));
  return size === 0 ? block : Buffer.alloc(size, block);
}

/** The request as it goes over the wire, its answer the last of the connection or not. */
export function requestOf({ method, content, chunks }: Exchange, path: string, isLast: boolean): Buffer {
  const framing = method !== "PUT" ? [] : chunks === undefined ? [`Content-Length: ${content.length}`] : ["Transfer-Encoding: chunked"];
  const head = [`${method} ${path} HTTP/1.1`, "Host: localhost", ...framing, ...(isLast ? ["Connection: close"] : []), "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head), ...(chunks === undefined ? [content] : inChunks(content, chunks))]);
}

function inChunks(content: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, count = 0; at < content.length; count++) {
    const chunk = content.subarray(at, at + (sizes[count % sizes.length] ?? 1));
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
    at += chunk.length;
  }
  return [...parts, Buffer.from("0\r\n\r\n")];
}

export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Reads a request as its exchange says, and answers it. `X-Read` is the digest of what was read of the whole content. */
export async function serveExchange(exchange: Exchange, request: HttpRequest, file: (content: Buffer) => string): Promise<HttpReply> {
  const { reading, status } = exchange;
  const hash = createHash("sha256");
  if (reading !== "never") {
    for await (const piece of request.body) {
      hash.update(piece);
      if (reading === "begun") break;
      if (reading === "slowly") await Bun.sleep(1);
    }
  }
  const headers: HttpReply["headers"] = reading === "whole" || reading === "slowly" ? { "X-Read": hash.digest("hex") } : {};
  return status === 200 ? { status, headers, body: bodyOf(exchange, file) } : { status, headers };
}

function bodyOf({ kind, answer }: Exchange, file: (content: Buffer) => string): HttpReply["body"] {
  const size = answer.length;
  switch (kind) {
    case "text":
      return answer.toString("latin1");
    case "bytes":
      return answer;
    case "stored":
      return { source: { kind: "bytes", size, bytes: new Uint8Array(answer) }, range: undefined };
    case "file":
      return { source: { kind: "file", size, path: file(answer) }, range: undefined };
    case "stream":
      return { source: { kind: "stream", size, open: () => new Blob([new Uint8Array(answer)]).stream() }, range: undefined };
  }
}
