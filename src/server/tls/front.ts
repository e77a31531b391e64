import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Peer } from "../transport/send-queue.ts";
import type { Certificate } from "./certificate.ts";

export interface FrontOptions {
  /** Empty: every address. */
  readonly host: string;
  readonly port: number;
  readonly certificate: Certificate;
  /** Milliseconds that a client gets for the handshake. */
  readonly handshakeTime: number;
}

export interface TlsFront {
  readonly port: number;
  /** The client behind a connection from this front to the listener, by where it comes from. */
  peerOf(inner: Peer): Peer | undefined;
  /** Starts to hand decrypted connections to the listener on this loopback port. */
  forwardTo(port: number): void;
  /** Stops accepting; connections that are open stay until they end. */
  stop(): void;
}

/**
 * Ends TLS before the HTTP listener, connection by connection. Each connection takes the certificate that is current when it
 * is accepted, so that a new one is served at once and no request is dropped for it; Bun's servers keep the one they started with.
 */
export async function openTlsFront(options: FrontOptions): Promise<TlsFront> {
  const peers = new Map<string, Peer>();
  let target = 0;
  const server = createServer({ noDelay: true }, (socket) => accept(options, socket, () => target, peers));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port, ...(options.host !== "" && { host: options.host }) }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    peerOf: (inner) => peers.get(keyOf(inner)),
    forwardTo: (port) => {
      target = port;
    },
    stop: () => stop(server),
  };
}

/** Where the front connects from and to. Another local process may have the same port at another loopback address. */
const INSIDE = "127.0.0.1";

function keyOf({ address, port }: Peer): string {
  return `${address.replace(/^::ffff:(?=\d+\.)/i, "")} ${port}`;
}

/** First byte of a connection that begins with a handshake (RFC 8446, section 5.1). */
const HANDSHAKE = 22;

function accept(options: FrontOptions, socket: Socket, target: () => number, peers: Map<string, Peer>): void {
  const peer = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
  const timer = setTimeout(() => socket.destroy(), options.handshakeTime);
  socket.on("error", () => socket.destroy()).on("close", () => clearTimeout(timer));
  socket.once("data", (first: Buffer) => {
    if (first[0] !== HANDSHAKE) {
      refusePlain(socket, first);
      return;
    }
    socket.pause();
    socket.unshift(first);
    decrypt(options, socket, (secure, decrypted) => {
      clearTimeout(timer);
      forward(secure, { peer, decrypted, target: target(), peers });
    });
  });
}

/** @param ready told the first decrypted bytes: they show that the handshake is done, and the listener bounds the time from there on */
function decrypt(options: FrontOptions, socket: Socket, ready: (secure: TLSSocket, first: Buffer) => void): void {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: options.certificate.current(), ALPNProtocols: ["http/1.1"] });
  const close = () => {
    secure.destroy();
    socket.destroy();
  };
  secure.on("error", close).on("close", close);
  socket.on("close", close);
  secure.once("data", (first: Buffer) => {
    secure.pause();
    ready(secure, first);
  });
}

interface Forwarding {
  readonly peer: Peer;
  readonly decrypted: Buffer;
  readonly target: number;
  readonly peers: Map<string, Peer>;
}

function forward(secure: TLSSocket, { peer, decrypted, target, peers }: Forwarding): void {
  const inner = connect({ port: target, host: INSIDE, noDelay: true });
  inner.once("connect", () => {
    const key = keyOf({ address: INSIDE, port: inner.localPort ?? 0 });
    peers.set(key, peer);
    inner.once("close", () => peers.delete(key));
    inner.write(decrypted);
    secure.pipe(inner).pipe(secure);
  });
  inner.on("error", () => secure.destroy()).on("close", () => secure.destroy());
  secure.once("close", () => inner.destroy());
}

/** Milliseconds that a client gets to take the answer that it must speak TLS. */
const REFUSAL_TIME = 2000;

const PLAIN = "Client sent an HTTP request to an HTTPS server: use https:// in its URL.\n";

/** The words are those of Go's servers, which clients know. What is no HTTP either is not answered. */
function refusePlain(socket: Socket, first: Buffer): void {
  if (!/^[A-Z]/.test(first.toString("latin1", 0, 1))) {
    socket.destroy();
    return;
  }
  setTimeout(() => socket.destroy(), REFUSAL_TIME).unref();
  socket.resume();
  socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${PLAIN.length}\r\nConnection: close\r\n\r\n${PLAIN}`);
}

function stop(server: Server): void {
  server.close();
}
