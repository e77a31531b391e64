import { MetadataStoreError } from "../metadata/error.ts";
import { Session, type SessionOptions } from "./session.ts";

export interface PoolOptions extends SessionOptions {
  /** Connections open at once. */
  readonly connections: number;
  /** Milliseconds without use after which a connection is closed. */
  readonly idleLimit?: number | undefined;
}

const IDLE_LIMIT = 60_000;

/** Milliseconds to wait for a connection while transactions have them all. */
const WAIT_LIMIT = 30_000;

/** Milliseconds between two looks at connections that are silent or idle, and at those who wait for one. */
const LOOK = 500;

/** Milliseconds until another connection is asked for after one was refused, while there are some. */
const PAUSE = 1_000;

interface Slot {
  readonly session: Session;
  /** A transaction has it: the statements of others must not come in between. */
  alone: boolean;
  usedAt: number;
}

interface Waiter {
  readonly since: number;
  readonly start: (slot: Slot) => void;
  readonly refuse: (error: unknown) => void;
}

type Use = "share" | "alone";

/**
 * Connections to one PostgreSQL database, opened when they are wanted. Questions share them; a transaction has one for itself. Where there
 * are two or more, one is left for questions, which so never wait for the locks that transactions wait for.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #slots = new Set<Slot>();
  readonly #waiting: Readonly<Record<Use, Waiter[]>> = { share: [], alone: [] };
  #opening = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #watch: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Runs `work` with a connection that others use, too: it sends one statement, at once. */
  share<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const slot = this.#choose("share");
    return slot === undefined ? this.#wait("share", (granted) => work(granted.session)) : work(slot.session);
  }

  /** Runs `work` with a connection that nobody else uses meanwhile. */
  alone<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const run = async (slot: Slot): Promise<T> => {
      slot.alone = true;
      try {
        return await work(slot.session);
      } finally {
        slot.alone = false;
        this.#serve();
      }
    };
    const slot = this.#choose("alone");
    return slot === undefined ? this.#wait("alone", run) : run(slot);
  }

  /** Resolves when all statements were answered, or after `limit` ms; then every connection is closed. */
  async close(limit = 0): Promise<void> {
    this.#closed = true;
    for (const deadline = performance.now() + limit; performance.now() < deadline && this.#isBusy(); ) await Bun.sleep(5);
    clearInterval(this.#watch);
    this.#refuse(new MetadataStoreError("closed", "the metadata store is closed"));
    for (const { session } of this.#slots) session.end();
    this.#slots.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #isBusy(): boolean {
    return [...this.#slots].some(({ alone, session }) => alone || session.outstanding > 0);
  }

  #wait<T>(use: Use, work: (slot: Slot) => Promise<T>): Promise<T> {
    return new Promise((resolve, refuse) => {
      this.#waiting[use].push({ since: performance.now(), start: (slot) => resolve(work(slot)), refuse });
      this.#grow();
    });
  }

  /** The connection with the fewest statements. Where all have some, the next one is opened meanwhile. */
  #choose(use: Use): Slot | undefined {
    let least: Slot | undefined;
    let alone = 0;
    for (const slot of this.#slots) {
      if (slot.alone) alone++;
      else if (least === undefined || slot.session.outstanding < least.session.outstanding) least = slot;
    }
    if (use === "alone" && alone >= Math.max(1, this.#options.connections - 1)) return undefined;
    if (least === undefined) return undefined;
    if (least.session.outstanding > 0) this.#grow();
    least.usedAt = performance.now();
    return least;
  }

  /** Opens one more connection where there may be one more. */
  #grow(): void {
    if (this.#closed || this.#slots.size + this.#opening >= this.#options.connections) return;
    if (this.#slots.size > 0 && performance.now() - this.#refusedAt < PAUSE) return;
    this.#watch ??= setInterval(() => this.#look(), LOOK);
    this.#watch.unref();
    this.#opening++;
    void this.#open().finally(() => this.#opening--);
  }

  async #open(): Promise<void> {
    let slot: Slot | undefined;
    try {
      const session = await Session.open(this.#options, () => slot && this.#slots.delete(slot));
      slot = { session, alone: false, usedAt: performance.now() };
      if (this.#closed) return session.end();
      this.#slots.add(slot);
      this.#serve();
    } catch (error) {
      this.#refusedAt = performance.now();
      if (this.#slots.size === 0) this.#refuse(error);
    }
  }

  /** Gives connections to those who wait, questions first. */
  #serve(): void {
    for (const use of ["share", "alone"] as const) {
      const waiting = this.#waiting[use];
      while (waiting.length > 0) {
        const slot = this.#choose(use);
        if (slot === undefined) break;
        waiting.shift()?.start(slot);
      }
    }
  }

  #refuse(error: unknown): void {
    for (const waiting of Object.values(this.#waiting)) for (const { refuse } of waiting.splice(0)) refuse(error);
  }

  #look(): void {
    const now = performance.now();
    const { idleLimit = IDLE_LIMIT, connections } = this.#options;
    for (const slot of this.#slots) {
      slot.session.endIfSilent();
      if (slot.alone || slot.session.outstanding > 0 || now - slot.usedAt < idleLimit) continue;
      this.#slots.delete(slot);
      slot.session.end();
    }
    for (const waiting of Object.values(this.#waiting)) {
      while (waiting[0] !== undefined && now - waiting[0].since > WAIT_LIMIT) {
        const message = `transactions held all ${connections} connections to the metadata database for ${WAIT_LIMIT / 1000} s: raise storage.metadata.connections`;
        waiting.shift()?.refuse(new MetadataStoreError("timeout", message));
      }
      if (waiting.length > 0) this.#grow();
    }
    // Nobody waits for the end of the last one.
    if (this.#slots.size > 0 || this.#opening > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}
