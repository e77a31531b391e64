import { STOP_LIMIT } from "../transport/listener.ts";
import type { Wire, WireUser } from "../transport/wire.ts";
import { Connection, type ConnectionOptions, type Owner } from "./connection.ts";

/** Milliseconds between two looks at what every connection waits for. */
const LOOK = 1000;

/** The connections of a server, whatever carries them. */
export class Connections implements Owner {
  readonly options: ConnectionOptions;
  readonly #open = new Set<Connection>();
  readonly #looks: Timer;
  #stopping: PromiseWithResolvers<void> | undefined;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.#looks = setInterval(() => this.#look(), LOOK);
  }

  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Serves a connection. */
  serve(wire: Wire): WireUser {
    const connection = new Connection(this, wire);
    this.#open.add(connection);
    return connection;
  }

  left(connection: Connection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#stopping?.resolve();
  }

  /** Ends all of them: at once those without a request, the others when it is answered, or is after a time not. */
  async stop(): Promise<void> {
    const stopping = Promise.withResolvers<void>();
    this.#stopping = stopping;
    for (const connection of this.#open) connection.endIdle();
    const timer = setTimeout(() => this.#destroyAll(), STOP_LIMIT);
    if (this.#open.size > 0) await stopping.promise;
    clearTimeout(timer);
    clearInterval(this.#looks);
  }

  #look(): void {
    const now = performance.now();
    for (const connection of this.#open) connection.check(now);
  }

  #destroyAll(): void {
    for (const connection of this.#open) connection.destroy();
  }
}
