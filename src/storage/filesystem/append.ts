import { type ByteSource, drain } from "../byte-source.ts";
import type { AppendOptions } from "../content-store.ts";
import { tooLarge } from "../peek.ts";
import { refusal } from "./errors.ts";
import type { OpenFile } from "./file-layer.ts";
import type { RunningHash } from "./running-hash.ts";
import { watchSilence } from "./silence.ts";

/** Bytes up to which the content of an upload that came in one piece is kept at hand for whoever reads it first. */
export const SMALL = 64 * 1024;

interface RunOptions extends Pick<AppendOptions, "signal"> {
  /** Called while the source is silent; what it throws ends the append. */
  readonly onSilence: () => Promise<void>;
}

/**
 * Writes a source to a file from a position on, each piece as it comes and one at a time: the file never has a gap, and whoever asks
 * how much there is, at whatever process, is told all of it.
 */
export class Appender {
  readonly #file: OpenFile;
  readonly #hash: RunningHash | undefined;
  readonly #limit: number;
  /** Bytes of the file that are written. */
  #written: number;
  #pieces = 0;
  #first: Uint8Array | undefined;
  /** A write in the thread pool. */
  #writing: Promise<void> | undefined;

  /** @param hash of the file's bytes so far; it follows what is written */
  constructor(file: OpenFile, offset: number, hash: RunningHash | undefined, limit: number) {
    this.#file = file;
    this.#written = offset;
    this.#hash = hash;
    this.#limit = limit;
  }

  get written(): number {
    return this.#written;
  }

  /** The source's bytes when they are few and all of them came in one piece, after `run`. */
  get single(): Uint8Array | undefined {
    return this.#pieces === 1 ? this.#first : undefined;
  }

  /** Writes all of the source. What came before it failed is written too, then its error is thrown. */
  async run(source: ByteSource, { signal, onSilence }: RunOptions): Promise<void> {
    const ending = new AbortController();
    const silence = watchSilence(() => (this.#writing === undefined ? this.#pieces : undefined), {
      onSilence,
      fail: (error) => ending.abort(error),
    });
    try {
      await drain(source, (piece) => this.#take(piece), signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]));
    } catch (error) {
      await this.#writing?.catch(() => undefined);
      throw refusal(error);
    } finally {
      silence.stop();
    }
  }

  #take(piece: Uint8Array): Promise<void> | undefined {
    const room = this.#limit - this.#written;
    const taken = piece.length > room ? piece.subarray(0, room) : piece;
    // The piece is lent: what is read again is a copy.
    this.#first = this.#pieces++ === 0 && taken.length <= SMALL ? new Uint8Array(taken) : undefined;
    const writing = taken.length === 0 ? undefined : this.#file.write(taken, this.#written);
    if (writing === undefined) return this.#advance(taken, piece);
    this.#writing = writing.then(() => {
      this.#writing = undefined;
      return this.#advance(taken, piece);
    });
    return this.#writing;
  }

  #advance(taken: Uint8Array, piece: Uint8Array): Promise<void> | undefined {
    this.#written += taken.length;
    const hashing = this.#hash?.update(taken);
    if (taken.length < piece.length) throw tooLarge(this.#limit);
    return hashing;
  }
}
