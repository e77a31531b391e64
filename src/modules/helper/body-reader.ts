import { FrameError } from "./frame.ts";

/** Bytes of a body that its writer may send before the first credit. */
export const WINDOW = 1024 * 1024;

/** Bytes that are read before the writer gets credit for them. */
const CREDIT_STEP = WINDOW / 4;

export interface BodyReaderOptions {
  /** Gives the writer leave for more bytes. */
  readonly onCredit: (bytes: number) => void;
  /** Called once when the reader stops before the end. */
  readonly onStop: () => void;
}

/** A body that comes in data frames, to be read once. */
export class BodyReader implements AsyncIterable<Uint8Array> {
  readonly #options: BodyReaderOptions;
  #pieces: Uint8Array[] = [];
  #allowed = WINDOW;
  #owed = 0;
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(options: BodyReaderOptions) {
    this.#options = options;
  }

  /** Takes in what came. @throws FrameError when it is more than the writer had leave for */
  push(bytes: Uint8Array): void {
    if (this.#end !== undefined || bytes.length === 0) return;
    this.#allowed -= bytes.length;
    if (this.#allowed < 0) throw new FrameError("it sent more of a body than it was asked for");
    this.#pieces.push(bytes);
    this.#wake?.();
  }

  /** The body ends here, with an error when it is not complete. What came before can still be read. */
  finish(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece !== undefined) {
          yield piece;
          this.#credit(piece.length);
        } else if (this.#end !== undefined) {
          if ("error" in this.#end) throw this.#end.error;
          return;
        } else {
          const { promise, resolve } = Promise.withResolvers<void>();
          this.#wake = resolve;
          await promise;
        }
      }
    } finally {
      this.stop();
    }
  }

  /** The rest is not wanted. */
  stop(): void {
    if (this.#end !== undefined) return;
    this.#end = {};
    this.#pieces = [];
    this.#wake?.();
    this.#options.onStop();
  }

  #credit(bytes: number): void {
    this.#owed += bytes;
    if (this.#end !== undefined || this.#owed < CREDIT_STEP) return;
    this.#allowed += this.#owed;
    this.#options.onCredit(this.#owed);
    this.#owed = 0;
  }
}
