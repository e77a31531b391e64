import type { Wire, WireUser } from "../../transport/wire.ts";
import type { ConnectionOptions } from "../connection.ts";
import { Connections } from "../connections.ts";

/** A wire in memory whose client reads what a test lets it. */
export interface MemoryWire extends Wire {
  /**
   * Sends bytes to the server, which must want them.
   * @returns whether it has given their memory back
   */
  send(bytes: Buffer): boolean;
  /** The client has ended its half. */
  finish(): void;
  /** Lets the client read so many bytes more. */
  read(most: number): void;
  /** Says of so many bytes that they are on their way to the client. */
  hold(bytes: number): void;
  /** All that the client has read, as latin1. */
  received(): string;
  readonly isPaused: boolean;
  /** `open` until our half has ended, `ended` until it is closed, `closed`, or `destroyed`. */
  readonly state: string;
}

/** Serves a wire in memory, on connections of its own. */
export function serveInMemory(options: Partial<ConnectionOptions> & Pick<ConnectionOptions, "handle">): {
  readonly wire: MemoryWire;
  readonly connections: Connections;
} {
  const connections = new Connections({ idle: 60_000, headerTime: 60_000, headerSize: 16_384, scheme: "http", ...options });
  let user: WireUser | undefined;
  let room = 0;
  let held = 0;
  let [isPaused, state, received] = [false, "open", ""];
  const close = (how: string) => {
    if (state === "closed" || state === "destroyed") return;
    state = how;
    user?.closed();
  };
  const wire: MemoryWire = {
    remote: { address: "192.0.2.1", port: 4000 },
    local: { address: "192.0.2.2", port: 5000 },
    write(bytes) {
      if (state !== "open") throw new Error(`written to when ${state}`);
      const taken = Math.min(room, bytes.length);
      room -= taken;
      received += Buffer.from(bytes.subarray(0, taken)).toString("latin1");
      return taken;
    },
    async unsent() {
      await new Promise((resolve) => setImmediate(resolve));
      return held;
    },
    pause() {
      if (isPaused) throw new Error("paused twice");
      isPaused = true;
    },
    resume() {
      if (!isPaused) throw new Error("resumed twice");
      isPaused = false;
    },
    end() {
      if (state !== "open") throw new Error(`ended when ${state}`);
      state = "ended";
    },
    close: () => close("closed"),
    destroy: () => close("destroyed"),
    send(bytes) {
      const own = Buffer.from(bytes);
      // As a socket's memory is used again.
      const isFree = user?.data(own) === true;
      if (isFree) own.fill(0xff);
      return isFree;
    },
    finish: () => user?.ended(),
    read(most) {
      room += most;
      user?.drained();
    },
    hold(bytes) {
      held = bytes;
    },
    received: () => received,
    get isPaused() {
      return isPaused;
    },
    get state() {
      return state;
    },
  };
  user = connections.serve(wire);
  return { wire, connections };
}
