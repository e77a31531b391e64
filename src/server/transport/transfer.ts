/** Gives the next piece of a body, or undefined after the last. The piece may be overwritten once it was written out. */
export type NextPiece = () => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Looks at a quiet reader within its idle time, after the last of which it is disconnected. */
const QUIET_LOOKS = 2;

/** The same where the kernel does not tell whether the reader goes on. */
const QUIET_LOOKS_BLIND = 20;

export interface BodyTransfer {
  readonly next: NextPiece;
  /** Milliseconds without any byte after which the reader is disconnected. */
  readonly idle: number;
  /** Bytes that the kernel still holds for the reader; undefined where it does not tell. */
  readonly unsent: () => Promise<number | undefined>;
  /** Called once when it is over, whole or not, with the bytes that were sent. */
  readonly finish: (bytes: number) => void;
}

/** What a body is sent to. */
export interface Outlet {
  /** Takes a piece. False: the next one is wanted only once the reader has taken more, which `Transfer.drained` is told. */
  write(piece: Uint8Array): boolean;
  /** The last piece was given. `Transfer.over` is told later, when it is out. */
  end(): void;
  /** Disconnects the reader. */
  destroy(): void;
}

/**
 * Sends a body piece by piece, at the speed of the reader, with other requests getting their turn between two pieces.
 * A reader that takes nothing for a time is disconnected, a slow one is not: the kernel asks for the next piece only after
 * it has sent a good part of the megabytes it holds, so in between what it still holds tells whether the reader goes on.
 */
export class Transfer {
  readonly #outlet: Outlet;
  readonly #options: BodyTransfer;
  readonly #timer: Timer;
  #over = false;
  #pieces = 0;
  #sent = 0;
  #held = Number.POSITIVE_INFINITY;
  #quietLooks = 0;

  /** Begins with the first piece. */
  constructor(outlet: Outlet, options: BodyTransfer) {
    this.#outlet = outlet;
    this.#options = options;
    this.#timer = setTimeout(() => void this.#look(), options.idle / QUIET_LOOKS);
    void this.#step();
  }

  /** The reader has taken what there was. */
  drained(): void {
    setImmediate(this.#step);
  }

  /** All of it is out, or the reader is gone. */
  over(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#options.finish(this.#sent);
  }

  async #look(): Promise<void> {
    const pieces = this.#pieces;
    const holds = await this.#options.unsent();
    // The piece that was sent meanwhile has begun anew with the time, and with what the kernel holds.
    if (this.#over || this.#pieces !== pieces) return;
    const reads = holds !== undefined && holds < this.#held;
    this.#quietLooks = reads ? 1 : this.#quietLooks + 1;
    this.#held = holds ?? this.#held;
    if (this.#quietLooks >= (holds === undefined ? QUIET_LOOKS_BLIND : QUIET_LOOKS)) this.#outlet.destroy();
    else this.#timer.refresh();
  }

  readonly #step = async (): Promise<void> => {
    if (this.#over) return;
    try {
      const given = this.#options.next();
      const piece = given instanceof Promise ? await given : given;
      if (this.#over) return;
      if (piece === undefined) {
        this.#outlet.end();
        return;
      }
      this.#timer.refresh();
      this.#held = Number.POSITIVE_INFINITY;
      this.#quietLooks = 0;
      this.#pieces++;
      this.#sent += piece.length;
      if (this.#outlet.write(piece)) this.drained();
    } catch {
      // The headers are out already: only a broken connection tells the client that the body is not whole.
      this.#outlet.destroy();
    }
  };
}
