import type { Socket } from "bun";
import type { Wire } from "../http1/wire.ts";
import type { Peer } from "./send-queue.ts";

/** A socket of Bun as a wire, with TLS or without. */
export class SocketWire<Data> implements Wire {
  readonly remote: Peer;
  readonly local: Peer;
  readonly #socket: Socket<Data>;

  constructor(socket: Socket<Data>) {
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
