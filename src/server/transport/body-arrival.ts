import { RegistryError } from "../../oci/errors.ts";

/** Bytes held back for a slow consumer before the client is made to wait. With 1 MiB two large pushes needed twice the memory, for no less CPU time. */
const HIGH_WATER = 128 * 1024;

/** What a body that arrives is told. */
export interface BodyTaker {
  /** @returns whether it needs neither this piece nor what came before any more */
  piece(piece: Uint8Array): boolean;
  /** The last piece was given. */
  end(): void;
  /** There will be no more, though there should be. */
  breakOff(why?: string): void;
}

/** Where the pieces of a body come from. It begins paused, but may give what is here already. */
export interface BodyFeed {
  open(taker: BodyTaker): void;
  pause(): void;
  /** Gives nothing before it returns. */
  resume(): void;
  /** Nobody reads any more. */
  close(): void;
}

export interface RequestBodyOptions {
  readonly feed: BodyFeed;
  /** Milliseconds. */
  readonly idle: number;
  /** Told the bytes of each piece that the consumer gets. */
  readonly count: (bytes: number) => void;
}

/**
 * The pieces of a body that have arrived and were not taken yet. While the consumer waits for the client, `idle` milliseconds without
 * any byte end it: an honest slow client is never cut, a stalled one is.
 */
export class BodyArrival implements BodyTaker {
  readonly #options: RequestBodyOptions;
  readonly #changed: () => boolean;
  readonly #queue: Uint8Array[] = [];
  #timer: Timer | undefined;
  #queued = 0;
  #ended = false;
  #failure: RegistryError | undefined;
  #waiting = false;
  /** Whether the client need not send, so that it is to be asked to when somebody waits for it. */
  #paused = true;
  #opened = false;

  /** @param changed called when a piece has come, or the end, but not before `open` has returned; tells whether all pieces were taken and used up */
  constructor(options: RequestBodyOptions, changed: () => boolean) {
    this.#options = options;
    this.#changed = changed;
  }

  /** Begins to take what arrives. */
  open(): this {
    this.#options.feed.open(this);
    this.#opened = true;
    return this;
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
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#stall(), this.#options.idle);
    else this.#timer.refresh();
    if (this.#paused) {
      this.#paused = false;
      this.#options.feed.resume();
    }
    return false;
  }

  /** Ends the reading; what is not taken yet is dropped. */
  close(): void {
    clearTimeout(this.#timer);
    this.#options.feed.close();
  }

  piece(piece: Uint8Array): boolean {
    this.#queue.push(piece);
    this.#queued += piece.length;
    // before anybody waits for it, too: some feeds give pieces though they are paused
    if (this.#queued > HIGH_WATER) {
      this.#paused = true;
      this.#options.feed.pause();
    }
    return this.#change();
  }

  end(): void {
    this.#ended = true;
    this.#change();
  }

  breakOff(why = "the request body broke off"): void {
    if (!this.#ended) this.#failure ??= new RegistryError("BODY_INCOMPLETE", why);
    this.#change();
  }

  #stall(): void {
    if (!this.#waiting) return;
    const { idle } = this.#options;
    this.#failure ??= new RegistryError("BODY_INCOMPLETE", `no byte arrived for ${idle / 1000} seconds`, { headers: { Connection: "close" } });
    this.#change();
  }

  #change(): boolean {
    this.#waiting = false;
    return this.#opened && this.#changed();
  }
}
