/** Milliseconds between the beginnings of two looks, at least. */
const INTERVAL = 1000;

/** How much longer than a look takes it is until the next: looks take a quarter of the time at most, be it on a machine so busy that one takes a second. */
const REST = 3;

/** Answers many questions by one look, with looks so far apart that nobody notices them. */
export class SharedLooks<Answer> {
  readonly #look: (keys: ReadonlySet<string>) => Promise<ReadonlyMap<string, Answer>>;
  /** Who waits for the next look. */
  #asked = new Map<string, PromiseWithResolvers<Answer | undefined>>();
  #notBefore = 0;
  #isDue = false;

  /** @param look gives the answers that it finds; does not throw */
  constructor(look: (keys: ReadonlySet<string>) => Promise<ReadonlyMap<string, Answer>>) {
    this.#look = look;
  }

  /** The answer of a look that begins after the question, be it that of the next; undefined when it found none. */
  ask(key: string): Promise<Answer | undefined> {
    const waiting = this.#asked.get(key) ?? Promise.withResolvers<Answer | undefined>();
    this.#asked.set(key, waiting);
    this.#schedule();
    return waiting.promise;
  }

  #schedule(): void {
    if (this.#isDue || this.#asked.size === 0) return;
    this.#isDue = true;
    setTimeout(() => void this.#run(), Math.max(0, this.#notBefore - performance.now())).unref();
  }

  async #run(): Promise<void> {
    const asked = this.#asked;
    this.#asked = new Map();
    const began = performance.now();
    const answers = await this.#look(new Set(asked.keys()));
    const ended = performance.now();
    this.#notBefore = Math.max(began + INTERVAL, ended + REST * (ended - began));
    this.#isDue = false;
    for (const [key, { resolve }] of asked) resolve(answers.get(key));
    this.#schedule();
  }
}
