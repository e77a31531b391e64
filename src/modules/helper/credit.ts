/** How much of a body its reader gave leave for. */
export class Credit {
  #bytes: number;
  #wake: (() => void) | undefined;

  /** @param bytes before the first credit */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#wake?.();
  }

  /** Waits for leave, and takes it for at most that many bytes. @throws the signal's reason */
  async take(bytes: number, signal: AbortSignal): Promise<number> {
    while (this.#bytes <= 0) {
      signal.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
    }
    signal.throwIfAborted();
    const taken = Math.min(bytes, this.#bytes);
    this.#bytes -= taken;
    return taken;
  }
}
