/** Somebody who holds memory of a budget. */
export interface Holder {
  /** Bytes held. */
  readonly held: number;
  /** When it last had use for them (`performance.now`). */
  readonly usedAt: number;
  /** Asks it to give back what it holds. False when it cannot, e.g. since the bytes are being sent and come back by themselves. */
  yieldMemory(): boolean;
}

interface Waiter {
  readonly holder: Holder;
  readonly bytes: number;
  readonly resolve: () => void;
}

/**
 * The memory that the parts of all uploads share. Where it does not suffice, those who had no use for theirs for longest are asked to give
 * it back, and the others wait, in order.
 */
export class MemoryBudget {
  readonly #holders = new Set<Holder>();
  readonly #waiting: Waiter[] = [];
  #free: number;

  /** @param bytes no holder may want more by itself */
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
    const index = this.#waiting.findIndex((waiter) => waiter.holder === holder);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** Takes bytes for a holder; undefined: at once. */
  take(holder: Holder, bytes: number): Promise<void> | undefined {
    if (this.#waiting.length === 0 && bytes <= this.#free) {
      this.#free -= bytes;
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ holder, bytes, resolve });
    this.#press();
    return promise;
  }

  give(bytes: number): void {
    this.#free += bytes;
    this.#serve();
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.resolve();
    }
    if (this.#waiting.length > 0) this.#press();
  }

  /** Asks for as much as the first of those who wait needs. */
  #press(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    let missing = first.bytes - this.#free;
    const others = [...this.#holders].filter((holder) => holder !== first.holder && holder.held > 0).sort((a, b) => a.usedAt - b.usedAt);
    for (const holder of others) {
      if (missing <= 0) return;
      const { held } = holder;
      if (holder.yieldMemory()) missing -= held;
    }
  }
}
