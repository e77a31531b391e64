/** Questions that are numbered and answered by messages, each within a time. */
export class Questions<Answer> {
  readonly #open = new Map<number, (answer: Answer | undefined) => void>();
  readonly #limit: number;
  #asked = 0;

  /** @param limit milliseconds */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Undefined when no answer came in time. */
  ask(send: (request: number) => void): Promise<Answer | undefined> {
    const request = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    const timer = setTimeout(resolve, this.#limit);
    this.#open.set(request, resolve);
    send(request);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#open.delete(request);
    });
  }

  answer(request: number, answer: Answer | undefined): void {
    this.#open.get(request)?.(answer);
  }
}
