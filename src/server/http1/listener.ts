import type { Socket } from "bun";
import type { Listener, ListenerOptions } from "../transport/listener.ts";
import type { Peer } from "../transport/send-queue.ts";
import { Connections } from "./connections.ts";
import type { Wire, WireUser } from "./wire.ts";

/** Listens for HTTP/1.1 on sockets of Bun, with a reader of requests of its own (docs/decisions/http-listener.md). */
export async function listen(options: Omit<ListenerOptions, "front">): Promise<Listener> {
  const connections = new Connections(options);
  const server = Bun.listen<Link>({
    hostname: options.host === "" ? "::" : options.host,
    port: options.port,
    // A client that has sent all it wants to may end its half, and still wait for the answer.
    allowHalfOpen: true,
    socket: {
      open(socket) {
        socket.data = { user: connections.serve(new SocketWire(socket)) };
      },
      data: (socket, bytes) => socket.data.user.data(bytes),
      drain: (socket) => socket.data.user.drained(),
      end: (socket) => socket.data.user.ended(),
      close: (socket) => socket.data.user.closed(),
      error: (socket) => void socket.terminate(),
    },
  });
  return {
    port: server.port,
    async stop() {
      server.stop();
      await connections.stop();
    },
  };
}

interface Link {
  readonly user: WireUser;
}

class SocketWire implements Wire {
  readonly remote: Peer;
  readonly local: Peer;
  readonly #socket: Socket<Link>;

  constructor(socket: Socket<Link>) {
    this.#socket = socket;
    this.remote = { address: socket.remoteAddress, port: socket.remotePort };
    this.local = { address: socket.localAddress, port: socket.localPort };
  }

  write(bytes: Uint8Array): number {
    return Math.max(0, this.#socket.write(bytes));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.shutdown();
  }

  close(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.terminate();
  }
}
