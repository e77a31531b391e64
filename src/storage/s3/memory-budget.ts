/** Somebody who holds memory of a budget. */
export interface Holder {
  /** Bytes held. */
  readonly held: number;
  /** When it last had use for them (`performance.now`). */
  readonly usedAt: number;
  /** Bytes that it waits for, as things are now. */
  needs(): number;
  /** Takes the bytes that it waits for. */
  receive(bytes: number): void;
  /** Gives back all that it holds. Undefined when it cannot, e.g. since it is about to use it, or the bytes are being sent and come back by themselves. */
  yieldMemory(): Promise<void> | undefined;
}

interface Waiter {
  readonly holder: Holder;
  readonly resolve: () => void;
}

/**
 * The memory that the parts of all uploads share. Where it does not suffice, those who had no use for theirs for longest give it back, and
 * the others wait, in order.
 */
export class MemoryBudget {
  readonly #holders = new Set<Holder>();
  readonly #waiting: Waiter[] = [];
  #free: number;
  /** Bytes that are about to be given back. */
  #coming = 0;

  /** @param bytes no holder may need more by itself */
  constructor(bytes: number) {
    this.#free = bytes;
  }

  get free(): number {
    return this.#free;
  }

  add(holder: Holder): void {
    this.#holders.add(holder);
  }

  /** Its bytes are to be given back before. */
  remove(holder: Holder): void {
    this.#holders.delete(holder);
  }

  /** Gives a holder what it needs; undefined: at once. */
  take(holder: Holder): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#grant(holder)) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ holder, resolve });
    this.#press();
    return promise;
  }

  give(bytes: number): void {
    this.#free += bytes;
    for (let next = this.#waiting[0]; next !== undefined && this.#grant(next.holder); next = this.#waiting[0]) {
      this.#waiting.shift();
      next.resolve();
    }
    this.#press();
  }

  #grant(holder: Holder): boolean {
    const bytes = holder.needs();
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    holder.receive(bytes);
    return true;
  }

  /** Asks for as much as the first of those who wait needs. */
  #press(): void {
    const first = this.#waiting[0]?.holder;
    if (first === undefined) return;
    const others = [...this.#holders].filter((holder) => holder !== first && holder.held > 0).sort((a, b) => a.usedAt - b.usedAt);
    for (const holder of others) {
      if (first.needs() <= this.#free + this.#coming) return;
      const { held } = holder;
      const yielding = holder.yieldMemory();
      if (yielding === undefined) continue;
      this.#coming += held;
      const over = () => {
        this.#coming -= held;
      };
      yielding.then(over, over);
    }
  }
}
