import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpReply, HttpRequest } from "../http.ts";
import { MalformedRequest, malformedReply, NO_HOST } from "../http1/malformed.ts";
import type { Certificate } from "../tls/certificate.ts";
import { openTlsFront } from "../tls/front.ts";
import { acceptAt } from "../transport/accept.ts";
import { DISCARD_LIMIT, KEEP_ALIVE, type Listener, type ListenerOptions, STOP_LIMIT } from "../transport/listener.ts";
import { prepareReply } from "../transport/outgoing.ts";
import { readRequestBody } from "../transport/request-body.ts";
import { isHost, parseRequestTarget } from "../transport/request-target.ts";
import { type Peer, unsentBytes } from "../transport/send-queue.ts";
import { type BodyTransfer, Transfer } from "../transport/transfer.ts";
import type { Wire } from "../transport/wire.ts";
import { warningValues } from "../warning.ts";
import { INSIDE, Passages } from "./passage.ts";
import { requestFeed } from "./request-feed.ts";

/** The two ends of a client's connection. */
type Ends = Pick<Wire, "remote" | "local">;

interface NodeOptions extends ListenerOptions {
  /** Whom a connection of this machine to the listener is for. Undefined: nobody, it is not to be served. Not set: all connect by themselves. */
  readonly clientOf?: (from: Peer) => Ends | undefined;
}

/** Listens for HTTP by node:http: the listener of before `server/http1`, which is faster. */
export function listen(options: ListenerOptions): Promise<Listener> {
  return options.certificate === undefined ? listenPlain(options) : listenSecure(options, options.certificate);
}

async function listenPlain(options: NodeOptions): Promise<Listener> {
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

/** The TLS front takes the address of the configuration, the listener a loopback port that serves nobody else. */
async function listenSecure(options: ListenerOptions, certificate: Pick<Certificate, "current">): Promise<Listener> {
  const passages = new Passages();
  const inner = await listenPlain({ ...options, host: INSIDE, port: 0, clientOf: (from) => passages.clientOf(from) });
  const { host, port, shared, headerTime } = options;
  try {
    const serveWire = (wire: Wire) => passages.open(wire, inner.port);
    const front = await acceptAt(host, (address) => openTlsFront({ address, port, shared, certificate, handshakeTime: headerTime, serve: serveWire }));
    return {
      port: front.port,
      async stop() {
        front.stop();
        await inner.stop();
      },
    };
  } catch (error) {
    await inner.stop();
    throw error;
  }
}

async function serve(options: NodeOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { socket } = request;
  const remote = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
  const direct = { remote, local: { address: socket.localAddress ?? "", port: socket.localPort ?? 0 } };
  const client = options.clientOf === undefined ? direct : options.clientOf(remote);
  if (client === undefined) {
    request.destroy();
    return;
  }
  response.on("error", () => response.destroy());
  request.on("error", () => {});
  const malformed = whyMalformed(request);
  const reply =
    malformed !== undefined ? malformedReply(new MalformedRequest(malformed)) : await options.handle(toHttpRequest(options, { request, response, client }));
  if (response.destroyed) {
    prepareReply(reply, false).pieces?.close();
    reply.done?.(0);
    return;
  }
  send(response, request.method === "HEAD", reply, { idle: options.idle, unsent: () => unsentBytes(client.local.port, client.remote) });
  discardRest(request, Math.min(options.idle, DISCARD_LIMIT));
}

/** Why a request is to be refused that node:http takes. It reads chunks in lists of codings too, and none of HTTP/1.0: others may take the body to end elsewhere. */
function whyMalformed({ headers, httpVersion }: IncomingMessage): string | undefined {
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && (coding.toLowerCase() !== "chunked" || httpVersion === "1.0")) {
    return "the Transfer-Encoding is not 'chunked', or the request is of HTTP/1.0: send Content-Length";
  }
  return isHost(headers.host ?? "") ? undefined : NO_HOST;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly client: Ends;
}

function toHttpRequest({ certificate, idle }: ListenerOptions, { request, response, client }: Exchange): HttpRequest {
  const { headers, rawHeaders } = request;
  const { path, search, authority: named } = parseRequestTarget(request.url ?? "/");
  const authority = named ?? (headers.host === "" && request.httpVersion === "1.0" ? undefined : headers.host);
  let received = 0;
  return {
    method: request.method ?? "GET",
    path,
    search,
    origin: `${certificate === undefined ? "http" : "https"}://${authority ?? `${client.local.address}:${client.local.port}`}`,
    hostCount: rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host").length,
    authority,
    remote: client.remote.address,
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
