import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
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
  remoteOf(port: number): string | undefined;
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
  const remotes = new Map<number, string>();
  let target = 0;
  const server = createServer({ noDelay: true }, (socket) => accept(options, socket, () => target, remotes));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port, ...(options.host !== "" && { host: options.host }) }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    remoteOf: (port) => remotes.get(port),
    forwardTo: (port) => {
      target = port;
    },
    stop: () => stop(server),
  };
}

function accept(options: FrontOptions, socket: Socket, target: () => number, remotes: Map<number, string>): void {
  const remote = socket.remoteAddress ?? "";
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
      remotes.set(port, remote);
      inner.once("close", () => remotes.delete(port));
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
