import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { RegistryError } from "../../oci/errors.ts";
import { errorReply } from "../error-reply.ts";
import { type BlobBody, type HttpReply, type HttpRequest, lengthOf } from "../http.ts";
import { warningValues } from "../warning.ts";
import { bytesPieces, openPieces, PIECE, type Pieces } from "./pieces.ts";
import { readRequestBody } from "./request-body.ts";
import { parseRequestTarget } from "./request-target.ts";
import { type Peer, unsentBytes } from "./send-queue.ts";
import { type BodyTransfer, transfer } from "./transfer.ts";

/** Milliseconds that a connection without a request is kept. */
const KEEP_ALIVE = 75_000;

/** Milliseconds that running requests get to end when the server stops. */
const STOP_LIMIT = 30_000;

/** Milliseconds that a client which was refused gets to stop sending its body. */
const DISCARD_LIMIT = 5000;

/** What the listener has to know of the TLS front. */
export interface FrontView {
  /** The port that clients connect to. */
  readonly port: number;
  /** The client behind a connection that comes from there. Undefined: it is none of the front's. */
  peerOf(inner: Peer): Peer | undefined;
}

export interface ListenerOptions {
  /** Empty: every address. */
  readonly host: string;
  readonly port: number;
  /** Milliseconds without any byte after which a transfer is ended. */
  readonly idle: number;
  /** Milliseconds that a client gets to send the headers of a request. */
  readonly headerTime: number;
  /** Bytes of the headers of a request. */
  readonly headerSize: number;
  readonly handle: (request: HttpRequest) => Promise<HttpReply>;
  /** Scheme of the URLs that clients use. */
  readonly scheme: "http" | "https";
  /** Set when connections come through the TLS front. */
  readonly front?: FrontView;
}

export interface Listener {
  readonly port: number;
  /** Stops accepting and lets running requests end. */
  stop(): Promise<void>;
}

/**
 * Listens for HTTP. Built on node:http rather than on Bun.serve, which is faster for small requests, but keeps them waiting
 * while it sends large files (docs/decisions/http-listener.md).
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { host, port, headerTime, headerSize } = options;
  const server = createServer(
    { headersTimeout: headerTime, requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE, maxHeaderSize: headerSize, connectionsCheckingInterval: 1000 },
    (request, response) => void serve(options, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host !== "" && { host }) }, resolve);
  });
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server) };
}

async function serve(options: ListenerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { socket } = request;
  const direct = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
  const peer = options.front ? options.front.peerOf(direct) : direct;
  if (peer === undefined) {
    request.destroy();
    return;
  }
  response.on("error", () => response.destroy());
  request.on("error", () => {});
  const reply = await options.handle(toHttpRequest(options, { request, response, remote: peer.address }));
  if (response.destroyed) {
    reply.done?.(0);
    return;
  }
  const port = options.front?.port ?? socket.localPort ?? 0;
  send(response, request.method === "HEAD", reply, { idle: options.idle, unsent: () => unsentBytes(port, peer) });
  discardRest(request, Math.min(options.idle, DISCARD_LIMIT));
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly remote: string;
}

function toHttpRequest({ scheme, idle }: ListenerOptions, { request, response, remote }: Exchange): HttpRequest {
  const { headers, rawHeaders } = request;
  const { path, search, authority: named } = parseRequestTarget(request.url ?? "/");
  const authority = named ?? (headers.host === "" && request.httpVersion === "1.0" ? undefined : headers.host);
  let received = 0;
  return {
    method: request.method ?? "GET",
    path,
    search,
    origin: `${scheme}://${authority ?? `${request.socket.localAddress}:${request.socket.localPort}`}`,
    hosts: rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === "host"),
    authority,
    remote,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    headers,
    hasBody: headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0,
    get body() {
      const count = (bytes: number) => {
        received += bytes;
      };
      return readRequestBody({ request, response, idle, count });
    },
    get received() {
      return received;
    },
  };
}

type Pace = Pick<BodyTransfer, "idle" | "unsent">;

function send(response: ServerResponse, head: boolean, reply: HttpReply, pace: Pace): void {
  const { status, headers, body } = reply;
  if (body === undefined) {
    if (status !== 204 && status !== 304) headers["Content-Length"] ??= "0";
    sendWhole(response, reply, undefined);
    return;
  }
  headers["Content-Length"] ??= String(lengthOf(body));
  const whole = head ? null : typeof body === "string" ? body : readyBytes(body);
  if (whole !== undefined) sendWhole(response, reply, whole ?? undefined);
  else if (typeof body !== "string") sendPieces(response, reply, body, pace);
}

/** A body that is in memory and no larger than a piece. */
function readyBytes(body: Uint8Array | BlobBody): Uint8Array | undefined {
  if (lengthOf(body) > PIECE) return undefined;
  if (body instanceof Uint8Array) return body;
  const { source, range } = body;
  if (source.kind !== "bytes") return undefined;
  return range === undefined ? source.bytes : source.bytes.subarray(range.start, range.end + 1);
}

function sendWhole(response: ServerResponse, reply: HttpReply, body: string | Uint8Array | undefined): void {
  const { status, headers, warnings = [], done } = reply;
  response.writeHead(status, warnings.length === 0 ? headers : { ...headers, Warning: warningValues(warnings) });
  response.end(body);
  done?.(lengthOf(body));
}

function sendPieces(response: ServerResponse, reply: HttpReply, body: Uint8Array | BlobBody, pace: Pace): void {
  let pieces: Pieces;
  try {
    pieces = body instanceof Uint8Array ? bytesPieces(body) : openPieces(body);
  } catch (cause) {
    const error = new RegistryError("UNAVAILABLE", "the content is missing from the content store; 'opm scrub' finds what else is", { cause });
    const { status, headers, body: text } = errorReply(error, "distribution");
    response.writeHead(status, { ...headers, "X-Request-Id": reply.headers["X-Request-Id"] ?? "" });
    response.end(text);
    reply.done?.(0);
    return;
  }
  response.writeHead(reply.status, reply.headers);
  transfer(response, {
    ...pace,
    next: pieces.next,
    finish: (sent) => {
      pieces.close();
      reply.done?.(sent);
    },
  });
}

/** A request that was answered before its body was read to the end: the client may send the rest, or its connection is over. */
function discardRest(request: IncomingMessage, limit: number): void {
  if (request.complete || (request.headers["transfer-encoding"] === undefined && Number(request.headers["content-length"] ?? 0) === 0)) return;
  const { socket } = request;
  request.resume();
  const timer = setTimeout(() => socket.destroy(), limit);
  request.once("end", () => clearTimeout(timer));
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), STOP_LIMIT);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
