import { abortable } from "../abortable.ts";
import type { AppendOptions } from "../content-store.ts";
import { withPauses } from "../pauses.ts";
import { tooLarge } from "../peek.ts";
import { refusal } from "./errors.ts";
import type { OpenFile } from "./file-layer.ts";
import type { HashStarter } from "./hash-thread.ts";
import type { RunningHash } from "./running-hash.ts";
import { SLOT_SIZE, type Slot, type Slots } from "./slots.ts";

/** Slots of one upload that are being written or hashed while the next one fills. */
const IN_FLIGHT = 3;

/** Chunks that wait to be written are merged at this number, so that tiny ones do not cost more than their bytes. */
const MERGE_AT = 256;

/**
 * Milliseconds without a byte after which what has come is written: whoever asks how much there is, at whatever process, is told all
 * of it, and can go on there when the connection has died.
 */
const SILENCE = 50;

export interface AppendContext {
  readonly slots: Slots;
  readonly thread: HashStarter;
}

interface RunOptions extends Pick<AppendOptions, "signal"> {
  /** Called while the source is silent; what it throws ends the append. */
  readonly onSilence: () => Promise<void>;
}

/**
 * Writes a source to a file from a position on, one write at a time, so that the file never has a gap. Bytes are gathered to
 * `SLOT_SIZE` before they are written; a source that is shorter is written without a copy.
 */
export class Appender {
  readonly #file: OpenFile;
  readonly #context: AppendContext;
  readonly #limit: number;
  /** Undefined when it was lost: the file is read again when it is finished. */
  #hash: RunningHash | undefined;
  /** Bytes of the file that are written. */
  #written: number;
  #accepted: number;
  #pending: Uint8Array[] = [];
  #pendingSize = 0;
  #writes: Promise<void> = Promise.resolve();
  #inFlight: Promise<void>[] = [];
  /** A write failed, hence no other one is begun. */
  #failed = false;

  constructor(file: OpenFile, offset: number, hash: RunningHash | undefined, context: AppendContext, limit: number) {
    this.#file = file;
    this.#written = offset;
    this.#accepted = offset;
    this.#hash = hash;
    this.#context = context;
    this.#limit = limit;
  }

  get hash(): RunningHash | undefined {
    return this.#hash;
  }

  get written(): number {
    return this.#written;
  }

  /** The source's bytes when all of them came in one piece of at most `SLOT_SIZE`, after `run`. */
  single: Uint8Array | undefined;

  /** Writes all of the source. What came before it failed is written too, then its error is thrown. */
  async run(source: AsyncIterable<Uint8Array>, { signal, onSilence }: RunOptions): Promise<void> {
    try {
      for await (const chunk of abortable(withPauses(source, SILENCE), signal)) {
        if (chunk === undefined) await this.#pause(onSilence);
        else await this.#accept(chunk);
      }
    } finally {
      await this.#finish();
    }
  }

  async #pause(onSilence: () => Promise<void>): Promise<void> {
    if (this.#pendingSize > 0) await this.#writeSlot(this.#pendingSize, false);
    await onSilence();
  }

  async #accept(chunk: Uint8Array): Promise<void> {
    const room = this.#limit - this.#accepted;
    const taken = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#accepted += taken.length;
    if (taken.length > 0) this.#pending.push(taken);
    this.#pendingSize += taken.length;
    if (this.#pending.length >= MERGE_AT) this.#pending = [new Uint8Array(Buffer.concat(this.#pending))];
    while (this.#pendingSize > SLOT_SIZE) await this.#writeSlot(SLOT_SIZE, true);
    if (chunk.length > room) throw tooLarge(this.#limit);
  }

  async #finish(): Promise<void> {
    try {
      while (this.#pendingSize > SLOT_SIZE && !this.#failed) await this.#writeSlot(SLOT_SIZE, true);
      if (this.#pendingSize > 0 && !this.#failed) await this.#writeRest();
      await Promise.all(this.#inFlight);
      await this.#writes;
    } catch (error) {
      await this.#writes.catch(() => undefined);
      throw refusal(error);
    }
  }

  async #writeRest(): Promise<void> {
    const first = this.#pending.length === 1 && this.#inFlight.length === 0 ? this.#pending[0] : undefined;
    if (first === undefined || this.#hash?.isRemote || this.#hash?.outgrows(first.length)) return this.#writeSlot(this.#pendingSize, false);
    this.single = first;
    this.#hash?.update(first);
    await this.#file.write(first, this.#written);
    this.#written += first.length;
  }

  /** Starts the writing and hashing of `length` pending bytes, and waits while too many slots are at it. */
  async #writeSlot(length: number, more: boolean): Promise<void> {
    while (this.#inFlight.length >= IN_FLIGHT) await this.#inFlight.shift();
    const slot = this.#context.slots.take();
    this.#fill(slot, length);
    const bytes = slot.bytes.subarray(0, length);
    if (this.#hash !== undefined && !this.#hash.isRemote && (more || this.#hash.outgrows(length))) await this.#moveHash(this.#hash);
    const hashed = this.#hash?.update(bytes);
    const written = this.#writes.then(() => this.#file.write(bytes, this.#written)).then(() => this.#advance(length));
    written.catch(() => {
      this.#failed = true;
    });
    this.#writes = written;
    const done = Promise.all([written, hashed?.catch(() => this.#loseHash())]).then(() => this.#context.slots.give(slot));
    done.catch(() => undefined);
    this.#inFlight.push(done);
  }

  async #moveHash(hash: RunningHash): Promise<void> {
    await this.#writes;
    try {
      await hash.moveToThread(this.#context.thread, this.#file, this.#context.slots);
    } catch {
      this.#loseHash();
    }
  }

  #loseHash(): void {
    this.#hash?.discard();
    this.#hash = undefined;
  }

  #advance(length: number): void {
    this.#written += length;
  }

  #fill(slot: Slot, length: number): void {
    let filled = 0;
    let used = 0;
    for (const chunk of this.#pending) {
      const part = chunk.subarray(0, length - filled);
      slot.bytes.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) {
        this.#pending[used] = chunk.subarray(part.length);
        break;
      }
      used++;
    }
    this.#pending.splice(0, used);
    this.#pendingSize -= filled;
  }
}
