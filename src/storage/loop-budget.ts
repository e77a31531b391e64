/** Milliseconds beyond which an operation was too slow for the event loop. */
const SLOW = 2;

/** Operations that go to the thread pool after one slow one more, at most. */
const POOLED = 64;

/**
 * Which operations on files run in the event loop. While the page cache answers that is the fastest there is, for reads and for writes.
 * After a slow one the thread pool gets the next, twice as many each time, so that a disk keeps nobody else waiting; it is not
 * forever, as an operation is slow too when another process had the processor meanwhile.
 */
export class LoopBudget {
  #pooled = 0;
  #penalty = 1;

  /** Whether the next operation is for the thread pool. To be asked once for each. */
  exceeded(): boolean {
    if (this.#pooled === 0) return false;
    this.#pooled--;
    return true;
  }

  /** Runs an operation in the event loop. */
  run<T>(operation: () => T): T {
    const before = performance.now();
    try {
      return operation();
    } finally {
      if (performance.now() - before > SLOW) {
        this.#pooled = this.#penalty;
        this.#penalty = Math.min(2 * this.#penalty, POOLED);
      }
    }
  }
}
