import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { s3Operation } from "./s3-operation.ts";

export type S3Fault =
  /** 500 InternalError; nothing reaches the service. */
  | "error"
  /** 503 SlowDown. */
  | "slow-down"
  /** The connection ends before anything reaches the service. */
  | "reset"
  /** The service gets half of the body, then all connections end. */
  | "half-request"
  /** The service does what was asked for, and the connection ends without an answer. */
  | "lost-answer"
  /** Half of the answer's body comes, then the connection ends. */
  | "half-answer"
  /** 200 with an error inside; nothing reaches the service. For CompleteMultipartUpload, which is answered so. */
  | "error-inside"
  /** 507, as of a bucket that has no room left, to what writes, unless operations are named. */
  | "full"
  /** 403 to what writes, as of a bucket that is read-only, unless operations are named. */
  | "read-only"
  /** No answer, until the proxy is mended: then the connection ends. */
  | "silence";

/** Which requests go wrong. */
export interface S3FaultPlan {
  /** Each request that goes wrong does so in one of these ways. */
  readonly faults: readonly S3Fault[];
  /** Of 1. Default: all of them. */
  readonly rate?: number;
  /** Default: any. */
  readonly operations?: readonly string[];
}

/** Stands between S3 clients and a service of the loopback, counts the requests by operation, and lets them go wrong. */
export interface S3Proxy {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Requests so far, those that went wrong among them: `{ PutObject: 2 }`. */
  counts(): Readonly<Record<string, number>>;
  /** How many went wrong. */
  faults(): number;
  /** Starts counting anew. */
  reset(): void;
  /** Lets requests go wrong from now on. */
  break(plan: S3FaultPlan): void;
  /** Lets everything through again. */
  mend(): void;
  close(): Promise<void>;
}

const WRITES = /^(?:Put|Upload|Create|Complete|Copy|Delete)/;

/** @param port of the service */
export async function startS3Proxy(port: number): Promise<S3Proxy> {
  let counts: Record<string, number> = {};
  let gone = 0;
  let plan: S3FaultPlan | undefined;
  let mended = Promise.withResolvers<void>();
  const chance = seededChance();

  const choose = (operation: string): S3Fault | undefined => {
    if (plan === undefined || (plan.operations !== undefined && !plan.operations.includes(operation))) return undefined;
    if (chance() >= (plan.rate ?? 1)) return undefined;
    const { faults, operations } = plan;
    const possible = faults.filter((fault) => operations !== undefined || isPossible(fault, operation));
    return possible[Math.floor(chance() * possible.length)];
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/" } = request;
    const operation = s3Operation(method, url, request.headers["x-amz-copy-source"] !== undefined);
    counts[operation] = (counts[operation] ?? 0) + 1;
    const fault = choose(operation);
    if (fault !== undefined) gone++;
    const body = await buffer(request);
    // As Amazon answers who is told of by the URL and by a header: credentials of the registry have no business here.
    if (url.includes("X-Amz-Signature=") && request.headers.authorization !== undefined) return answer(response, 400, "InvalidArgument");
    switch (fault) {
      case "error":
        return answer(response, 500, "InternalError");
      case "slow-down":
        return answer(response, 503, "SlowDown");
      case "error-inside":
        return answer(response, 200, "InternalError");
      case "full":
        return answer(response, 507, "InsufficientStorage");
      case "read-only":
        return answer(response, 403, "AccessDenied");
      case "silence":
        await mended.promise;
        return void request.socket.destroy();
      case "reset":
        return void request.socket.destroy();
      case "half-request":
        await sendHalf(port, request, body);
        return void request.socket.destroy();
      default:
        return await pass(port, { request, body, response, fault });
    }
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    counts: () => ({ ...counts }),
    faults: () => gone,
    reset() {
      counts = {};
      gone = 0;
    },
    break(next) {
      plan = next;
    },
    mend() {
      plan = undefined;
      mended.resolve();
      mended = Promise.withResolvers<void>();
    },
    async close() {
      mended.resolve();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

function isPossible(fault: S3Fault, operation: string): boolean {
  if (fault === "error-inside") return operation === "CompleteMultipartUpload";
  return (fault !== "full" && fault !== "read-only") || WRITES.test(operation);
}

function answer(response: ServerResponse, status: number, code: string): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>by the tests</Message></Error>`;
  response.writeHead(status, { "content-type": "application/xml", "content-length": text.length }).end(text);
}

interface Passage {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
  readonly fault: S3Fault | undefined;
}

async function pass(port: number, { request, body, response, fault }: Passage): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const ending = new AbortController();
  response.once("close", () => ending.abort());
  const options = {
    method,
    headers,
    redirect: "manual",
    decompress: false,
    signal: ending.signal,
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  } as const;
  const got = await fetch(`http://127.0.0.1:${port}${url}`, options);
  if (fault === "lost-answer") {
    await got.bytes();
    return void request.socket.destroy();
  }
  response.writeHead(got.status, Object.fromEntries(got.headers));
  let left = fault === "half-answer" ? Math.floor(Number(got.headers.get("content-length") ?? 0) / 2) : Number.POSITIVE_INFINITY;
  for await (const piece of got.body ?? []) {
    const part = piece.subarray(0, left);
    left -= part.length;
    if (!response.write(part)) await once(response, "drain", { signal: ending.signal });
    if (left <= 0) break;
  }
  if (fault !== "half-answer") return void response.end();
  await new Promise<void>((resolve) => setTimeout(resolve, 5));
  request.socket.destroy();
}

async function sendHalf(port: number, { method = "GET", url = "/", rawHeaders }: IncomingMessage, body: Buffer): Promise<void> {
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data: () => undefined, close: () => resolve(), error: () => resolve() } });
  socket.write(`${method} ${url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  socket.write(body.subarray(0, Math.floor(body.length / 2)));
  socket.end();
  await promise;
}

/** The same sequence of numbers from 0 to 1 in every run (mulberry32). */
function seededChance(seed = 0x5eed): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
