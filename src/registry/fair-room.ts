import { RegistryError } from "../oci/errors.ts";

export interface RoomLimits {
  /** In any unit, e.g. bytes: what may be taken at once, by all and by one client. */
  readonly all: number;
  readonly each: number;
  /** Those that may wait, a quarter of them of one client, and milliseconds that one does. */
  readonly waiting: number;
  readonly patience: number;
}

interface Waiting {
  readonly amount: number;
  readonly admit: () => void;
}

/** Room that clients share who do not know each other: they take turns, and none gets all of it. */
export class FairRoom {
  readonly #limits: RoomLimits;
  readonly #what: string;
  readonly #taken = new Map<string, number>();
  /** By client; who is first has the next turn. */
  readonly #queues = new Map<string, Waiting[]>();
  #used = 0;
  #waiting = 0;

  /** @param what is going on inside, for messages, e.g. `manifests are being stored` */
  constructor(limits: RoomLimits, what: string) {
    this.#limits = limits;
    this.#what = what;
  }

  /** Somebody waits outside. */
  get isWanted(): boolean {
    return this.#waiting > 0;
  }

  /**
   * Waits for room and gives what ends the stay. An amount larger than the room takes all of it.
   * @throws RegistryError `TOOMANYREQUESTS` with Retry-After when others do not make room in time, or too many wait
   */
  async enter(client: string, amount: number): Promise<() => void> {
    const taken = Math.min(amount, this.#limits.each);
    const queue = this.#queues.get(client) ?? [];
    if (queue.length > 0 || !this.#fits(client, taken)) await this.#wait(client, taken);
    else this.#take(client, taken);
    return () => this.#leave(client, taken);
  }

  #wait(client: string, amount: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { waiting: most } = this.#limits;
    const own = this.#queues.get(client) ?? [];
    if (this.#waiting >= most || own.length >= Math.ceil(most / 4)) return Promise.reject(this.#refusal());
    const waiting: Waiting = {
      amount,
      admit: () => {
        clearTimeout(timer);
        resolve();
      },
    };
    const timer = setTimeout(() => {
      this.#remove(client, waiting);
      reject(this.#refusal());
      this.#admit();
    }, this.#limits.patience);
    this.#waiting++;
    this.#queues.set(client, [...own, waiting]);
    return promise;
  }

  #leave(client: string, amount: number): void {
    this.#used -= amount;
    const left = (this.#taken.get(client) ?? 0) - amount;
    if (left > 0) this.#taken.set(client, left);
    else this.#taken.delete(client);
    this.#admit();
  }

  /** Lets in who has the next turn, as long as there is room: who only waits for room of his own is passed over. */
  #admit(): void {
    for (let [client, queue] of this.#queues) {
      const [first] = queue;
      if (first === undefined || (this.#taken.get(client) ?? 0) + first.amount > this.#limits.each) continue;
      if (this.#used + first.amount > this.#limits.all) return;
      this.#remove(client, first);
      // The client's next turn comes after those of all others.
      queue = this.#queues.get(client) ?? [];
      this.#queues.delete(client);
      if (queue.length > 0) this.#queues.set(client, queue);
      this.#take(client, first.amount);
      first.admit();
    }
  }

  #remove(client: string, waiting: Waiting): void {
    const rest = (this.#queues.get(client) ?? []).filter((other) => other !== waiting);
    if (rest.length > 0) this.#queues.set(client, rest);
    else this.#queues.delete(client);
    this.#waiting--;
  }

  #fits(client: string, amount: number): boolean {
    return this.#used + amount <= this.#limits.all && (this.#taken.get(client) ?? 0) + amount <= this.#limits.each;
  }

  #take(client: string, amount: number): void {
    this.#used += amount;
    this.#taken.set(client, (this.#taken.get(client) ?? 0) + amount);
  }

  #refusal(): RegistryError {
    const seconds = Math.ceil(this.#limits.patience / 1000);
    return new RegistryError("TOOMANYREQUESTS", `too many ${this.#what} at once; try again in ${seconds} s`, { headers: { "Retry-After": String(seconds) } });
  }
}
