import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpReply, HttpRequest } from "../http.ts";
import { DISCARD_LIMIT, KEEP_ALIVE, type Listener, type ListenerOptions, STOP_LIMIT } from "../transport/listener.ts";
import { prepareReply } from "../transport/outgoing.ts";
import { readRequestBody } from "../transport/request-body.ts";
import { parseRequestTarget } from "../transport/request-target.ts";
import { unsentBytes } from "../transport/send-queue.ts";
import { type BodyTransfer, Transfer } from "../transport/transfer.ts";
import { warningValues } from "../warning.ts";
import { requestFeed } from "./request-feed.ts";

/** Listens for HTTP by node:http: the listener of before `server/http1`, which is faster. */
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
    hostCount: rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host").length,
    authority,
    remote,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    hasBody: headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0,
    get body() {
      const count = (bytes: number) => {
        received += bytes;
      };
      return readRequestBody({ feed: requestFeed(request, response), idle, count });
    },
    get received() {
      return received;
    },
  };
}

function send(response: ServerResponse, isHead: boolean, given: HttpReply, pace: Pick<BodyTransfer, "idle" | "unsent">): void {
  const { reply, whole, pieces } = prepareReply(given, isHead);
  const { status, headers, warnings = [], done } = reply;
  response.writeHead(status, warnings.length === 0 ? headers : { ...headers, Warning: warningValues(warnings) });
  if (pieces === undefined) {
    response.end(whole);
    done?.(whole === undefined ? 0 : Buffer.byteLength(whole));
    return;
  }
  const { next, close } = pieces;
  const finish = (sent: number) => {
    close();
    done?.(sent);
  };
  const sending = new Transfer(response, { ...pace, next, finish });
  const over = () => sending.over();
  response
    .on("drain", () => sending.drained())
    .on("close", over)
    .on("finish", over);
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
