import type { IncomingMessage, ServerResponse } from "node:http";
import { RegistryError } from "../../oci/errors.ts";

/** Bytes held back for a slow consumer before the client is made to wait. With 1 MiB two large pushes needed twice the memory, for no less CPU time. */
const HIGH_WATER = 128 * 1024;

export interface RequestBodyOptions {
  readonly request: IncomingMessage;
  /** Once it is over nobody waits for the rest of the body. */
  readonly response: ServerResponse;
  /** Milliseconds. */
  readonly idle: number;
  /** Told the bytes of each piece that the consumer gets. */
  readonly count: (bytes: number) => void;
}

/**
 * The pieces of a body that have arrived and were not taken yet. While the consumer waits for the client, `idle` milliseconds without
 * any byte end it: an honest slow client is never cut, a stalled one is.
 */
export class BodyArrival {
  readonly #options: RequestBodyOptions;
  readonly #changed: () => void;
  readonly #queue: Uint8Array[] = [];
  readonly #timer: Timer;
  #queued = 0;
  #ended: boolean;
  #failure: RegistryError | undefined;
  #waiting = false;
  /** Whether the client need not send, so that it is to be asked to when somebody waits for it. */
  #paused = true;

  /** @param changed called when a piece has come, or the end */
  constructor(options: RequestBodyOptions, changed: () => void) {
    const { request, response, idle } = options;
    this.#options = options;
    this.#changed = changed;
    this.#ended = request.complete && request.readableLength === 0;
    if (request.destroyed && !this.#ended) this.#failure = brokenOff();
    this.#timer = setTimeout(() => this.#stall(), idle);
    request.on("data", this.#onData).on("end", this.#onEnd).on("aborted", this.#onBroken).on("error", this.#onBroken).on("close", this.#onBroken);
    response.on("close", this.#onBroken);
  }

  /** Takes the next piece that is there. */
  next(): Uint8Array | undefined {
    const piece = this.#queue.shift();
    if (piece === undefined) return undefined;
    this.#queued -= piece.length;
    this.#options.count(piece.length);
    return piece;
  }

  /**
   * Once no piece is there: whether the body has ended. If it has not, the client is waited for from now on.
   * @throws RegistryError `BODY_INCOMPLETE` when it has stalled, or the client has broken it off
   */
  over(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) return true;
    this.#waiting = true;
    this.#timer.refresh();
    if (this.#paused) {
      this.#paused = false;
      this.#options.request.resume();
    }
    return false;
  }

  /** Ends the reading; what is not taken yet is dropped. */
  close(): void {
    const { request, response } = this.#options;
    clearTimeout(this.#timer);
    request.off("data", this.#onData).off("end", this.#onEnd).off("aborted", this.#onBroken).off("close", this.#onBroken);
    response.off("close", this.#onBroken);
  }

  readonly #onData = (piece: Uint8Array): void => {
    this.#queue.push(piece);
    this.#queued += piece.length;
    // before anybody waits for it, too: a listener is all that it takes for pieces to come
    if (this.#queued > HIGH_WATER) {
      this.#paused = true;
      this.#options.request.pause();
    }
    this.#change();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#change();
  };

  readonly #onBroken = (): void => {
    if (!this.#ended) this.#failure ??= brokenOff();
    this.#change();
  };

  #stall(): void {
    if (!this.#waiting) return;
    const { idle } = this.#options;
    this.#failure ??= new RegistryError("BODY_INCOMPLETE", `no byte arrived for ${idle / 1000} seconds`, { headers: { Connection: "close" } });
    this.#change();
  }

  #change(): void {
    this.#waiting = false;
    this.#changed();
  }
}

function brokenOff(): RegistryError {
  return new RegistryError("BODY_INCOMPLETE", "the request body broke off");
}
