import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Peer } from "../node/send-queue.ts";
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
  /** The client behind a connection from this front to the listener, by the port it comes from. */
  peerOf(port: number): Peer | undefined;
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
  const peers = new Map<number, Peer>();
  let target = 0;
  const server = createServer({ noDelay: true }, (socket) => accept(options, socket, () => target, peers));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port, ...(options.host !== "" && { host: options.host }) }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    peerOf: (port) => peers.get(port),
    forwardTo: (port) => {
      target = port;
    },
    stop: () => stop(server),
  };
}

function accept(options: FrontOptions, socket: Socket, target: () => number, peers: Map<number, Peer>): void {
  const peer = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
  const secure = new TLSSocket(socket, { isServer: true, secureContext: options.certificate.current(), ALPNProtocols: ["http/1.1"] });
  const timer = setTimeout(() => secure.destroy(), options.handshakeTime);
  const close = () => {
    clearTimeout(timer);
    secure.destroy();
    socket.destroy();
  };
  secure.on("error", close).on("close", close);
  socket.on("error", close);
  // The first decrypted bytes show that the handshake is done: the listener bounds the time from there on.
  secure.once("data", (first: Buffer) => {
    secure.pause();
    clearTimeout(timer);
    const inner = connect({ port: target(), host: "127.0.0.1", noDelay: true });
    inner.once("connect", () => {
      const port = inner.localPort ?? 0;
      peers.set(port, peer);
      inner.once("close", () => peers.delete(port));
      inner.write(first);
      secure.pipe(inner).pipe(secure);
    });
    inner.on("error", close).on("close", close);
    secure.once("close", () => inner.destroy());
  });
}

function stop(server: Server): void {
  server.close();
}
