import type { Socket } from "bun";
import { type Peer, unsentBytes } from "./send-queue.ts";
import type { Wire } from "./wire.ts";

/** A socket of Bun as a wire, with TLS or without. */
export class SocketWire<Data> implements Wire {
  readonly remote: Peer;
  readonly local: Peer;
  readonly #socket: Socket<Data>;

  constructor(socket: Socket<Data>) {
    this.#socket = socket;
    this.remote = peerOf(socket.remoteAddress, socket.remotePort);
    this.local = peerOf(socket.localAddress, socket.localPort);
  }

  write(bytes: Uint8Array): number {
    return Math.max(0, this.#socket.write(bytes));
  }

  unsent(): Promise<number | undefined> {
    return unsentBytes(this.local.port, this.remote);
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

/** A client that has broken the connection off already has no address any more, whatever the types say, but its request is still read. */
function peerOf(address: string | undefined, port: number | undefined): Peer {
  return { address: address ?? "", port: port ?? 0 };
}
