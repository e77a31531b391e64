import { connect, type Socket } from "node:net";
import type { Peer } from "../transport/send-queue.ts";
import type { Wire, WireUser } from "../transport/wire.ts";

/** Where passages lead from and to. Another local process may have the same port at another loopback address. */
export const INSIDE = "127.0.0.1";

const NOTHING = Buffer.alloc(0);

/** Connections to a listener of this process, each for the wire of a client: node:http serves nothing but sockets. */
export class Passages {
  readonly #clients = new Map<string, Wire>();

  /** Whom a connection to the listener is for. Undefined: it is none of these. */
  clientOf(from: Peer): Wire | undefined {
    return this.#clients.get(keyOf(from));
  }

  /** Leads a wire to the listener on a loopback port. */
  open(wire: Wire, port: number): WireUser {
    const socket = connect({ port, host: INSIDE, noDelay: true, allowHalfOpen: true });
    const passage = new Passage(wire, socket);
    wire.pause();
    socket.once("connect", () => {
      const key = keyOf({ address: INSIDE, port: socket.localPort ?? 0 });
      this.#clients.set(key, wire);
      socket.once("close", () => this.#clients.delete(key));
      wire.resume();
    });
    return passage;
  }
}

function keyOf({ address, port }: Peer): string {
  return `${address.replace(/^::ffff:(?=\d+\.)/i, "")} ${port}`;
}

class Passage implements WireUser {
  readonly #wire: Wire;
  readonly #socket: Socket;
  /** What the wire has not taken yet. */
  #unsent: Buffer = NOTHING;
  #state: "open" | "ending" | "ended" | "closing" = "open";

  constructor(wire: Wire, socket: Socket) {
    this.#wire = wire;
    this.#socket = socket;
    socket
      .on("data", (bytes: Buffer) => {
        this.#unsent = Buffer.concat([this.#unsent, bytes]);
        this.drained();
      })
      .on("drain", () => wire.resume())
      .on("end", () => this.#become("ending"))
      .on("error", () => wire.destroy())
      .on("close", () => this.#become("closing"));
  }

  data(bytes: Buffer): boolean {
    if (!this.#socket.write(bytes)) this.#wire.pause();
    // The socket may hold them.
    return false;
  }

  drained(): void {
    if (this.#unsent.length > 0) this.#unsent = this.#unsent.subarray(this.#wire.write(this.#unsent));
    if (this.#unsent.length > 0) this.#socket.pause();
    else if (this.#state === "open") this.#socket.resume();
    else if (this.#state === "closing") this.#wire.close();
    else if (this.#state === "ending") {
      this.#state = "ended";
      this.#wire.end();
    }
  }

  ended(): void {
    this.#socket.end();
  }

  closed(): void {
    this.#socket.destroy();
  }

  #become(state: "ending" | "closing"): void {
    this.#state = state;
    this.drained();
  }
}
