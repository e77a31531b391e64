/** Aborts when it had to wait for the other side without a sign of life for a time. */
export class IdleGuard {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #limit: number;
  #last = performance.now();
  #waiting = true;

  /** @param limit milliseconds */
  constructor(limit: number) {
    this.#limit = limit;
    this.#timer = setInterval(() => this.#look(), Math.max(10, limit / 8));
    // what is waited for keeps the process: an answer that nobody reads must not
    this.#timer.unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on it is the other side's turn. @param limit milliseconds, in place of those so far */
  wait(limit = this.#limit): void {
    this.#limit = limit;
    this.#last = performance.now();
    this.#waiting = true;
  }

  /** From now on it is our turn, which may take as long as it takes. */
  rest(): void {
    this.#waiting = false;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#waiting && performance.now() - this.#last >= this.#limit) this.#controller.abort(new IdleError(this.#limit));
  }
}

/** Why a guard aborted. */
export class IdleError extends Error {
  constructor(limit: number) {
    super(`no answer for ${Math.round(limit / 100) / 10} s`);
    this.name = "IdleError";
  }
}
