import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { RegistryError } from "../../oci/errors.ts";
import { errorReply } from "../error-reply.ts";
import { type HttpReply, type HttpRequest, lengthOf } from "../http.ts";
import { bytesPieces, openPieces, PIECE } from "./pieces.ts";
import { readRequestBody } from "./request-body.ts";
import { transfer } from "./transfer.ts";

/** Milliseconds that a connection without a request is kept. */
const KEEP_ALIVE = 75_000;

/** Milliseconds that running requests get to end when the server stops. */
const STOP_LIMIT = 30_000;

/** Milliseconds that a client which was refused gets to stop sending its body. */
const DISCARD_LIMIT = 5000;

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
  /** The client behind a connection; for connections that come through the TLS front. Undefined: not to be served. */
  readonly remoteOf?: (port: number) => string | undefined;
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
  const remote = options.remoteOf ? options.remoteOf(request.socket.remotePort ?? 0) : (request.socket.remoteAddress ?? "");
  if (remote === undefined) {
    request.destroy();
    return;
  }
  response.on("error", () => response.destroy());
  request.on("error", () => {});
  const reply = await options.handle(toHttpRequest(options, request, remote));
  if (response.destroyed) return;
  send(response, request.method === "HEAD", reply, options.idle);
  discardRest(request, Math.min(options.idle, DISCARD_LIMIT));
}

function toHttpRequest({ scheme, idle }: ListenerOptions, request: IncomingMessage, remote: string): HttpRequest {
  const url = request.url ?? "/";
  const question = url.indexOf("?");
  const { headers } = request;
  return {
    method: request.method ?? "GET",
    path: question < 0 ? url : url.slice(0, question),
    search: question < 0 ? "" : url.slice(question + 1),
    origin: `${scheme}://${headers.host ?? `${request.socket.localAddress}:${request.socket.localPort}`}`,
    remote,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    headers,
    hasBody: headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0,
    get body() {
      return readRequestBody(request, idle);
    },
  };
}

function send(response: ServerResponse, head: boolean, reply: HttpReply, idle: number): void {
  const { status, headers, body } = reply;
  if (body === undefined || head) {
    if (body !== undefined && headers["Content-Length"] === undefined) headers["Content-Length"] = String(lengthOf(body));
    if (body === undefined && status !== 204 && status !== 304) headers["Content-Length"] ??= "0";
    response.writeHead(status, headers);
    response.end();
    return;
  }
  headers["Content-Length"] ??= String(lengthOf(body));
  if (typeof body === "string" || (body instanceof Uint8Array && body.length <= PIECE)) {
    response.writeHead(status, headers);
    response.end(body);
    return;
  }
  if (!(body instanceof Uint8Array) && body.source.kind === "bytes" && body.source.size <= PIECE) {
    const { bytes } = body.source;
    response.writeHead(status, headers);
    response.end(body.range === undefined ? bytes : bytes.subarray(body.range.start, body.range.end + 1));
    return;
  }
  sendPieces(response, reply, idle);
}

function sendPieces(response: ServerResponse, { status, headers, body }: HttpReply, idle: number): void {
  let pieces: ReturnType<typeof openPieces>;
  try {
    pieces = body instanceof Uint8Array ? bytesPieces(body) : openPieces(body as Exclude<typeof body, string | Uint8Array | undefined>);
  } catch (cause) {
    const missing = errorReply(new RegistryError("UNAVAILABLE", "the content is missing from the content store; 'opm scrub' finds what else is", { cause }));
    send(response, false, missing, idle);
    return;
  }
  response.writeHead(status, headers);
  transfer(response, pieces.next, idle, pieces.close);
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
