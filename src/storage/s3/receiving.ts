import { type ByteSource, drain } from "../byte-source.ts";
import { type AppendOptions, ContentStoreError } from "../content-store.ts";
import { tooLarge } from "../peek.ts";
import type { PartWriter } from "./part-writer.ts";
import type { StagedRow } from "./staged-row.ts";

/** Milliseconds. */
export interface ReceivingTimes {
  /** After which an append that goes on is noted, so that no other process begins one, and then again and again. */
  readonly note: number;
  /** Without a byte, after which what has come goes to S3, and any other process may go on with the upload. */
  readonly idle: number;
}

/**
 * The bytes of one request on their way to an upload. Others see that it is under way when it takes longer, and how far it is when its
 * source falls silent.
 */
export class Receiving {
  readonly #writer: PartWriter;
  readonly #row: StagedRow;
  readonly #times: ReceivingTimes;
  readonly #ending = new AbortController();
  #limit = Number.POSITIVE_INFINITY;
  #noted = performance.now();
  /** All that came goes to S3; when it has resolved, the row says so, and that it is nobody's. */
  #resting: Promise<void> | undefined;
  #looks = 0;

  constructor(writer: PartWriter, row: StagedRow, times: ReceivingTimes) {
    this.#writer = writer;
    this.#row = row;
    this.#times = times;
  }

  /** Takes no byte more. */
  cutOff(why: unknown): void {
    this.#ending.abort(why);
  }

  /** Takes all of a source. What came before it failed stays, then its error is thrown. */
  async run(source: ByteSource, { signal, limit = Number.POSITIVE_INFINITY }: AppendOptions): Promise<void> {
    this.#limit = limit;
    const ending = signal === undefined ? this.#ending.signal : AbortSignal.any([signal, this.#ending.signal]);
    const timer = setInterval(() => this.#tick(), Math.min(this.#times.note, this.#times.idle) / 4);
    try {
      await drain(source, (piece) => this.#take(piece), ending);
    } catch (error) {
      clearInterval(timer);
      // What came is worth keeping, unless it is not this request's to keep.
      if (!isLost(error)) await this.#settle().catch(() => undefined);
      throw error;
    } finally {
      clearInterval(timer);
    }
    await this.#settle();
  }

  #take(piece: Uint8Array): Promise<void> | undefined {
    if (this.#resting !== undefined) return this.#wake(this.#resting).then(() => this.#take(piece));
    return takeUpTo(this.#writer, this.#limit, piece);
  }

  async #settle(): Promise<void> {
    await this.#writer.rest();
    await this.#row.write(this.#writer.state, { hold: false });
  }

  /** Nobody else has gone on with it meanwhile. */
  async #wake(resting: Promise<void>): Promise<void> {
    await resting;
    await this.#row.write(this.#writer.state, { hold: true });
    this.#resting = undefined;
    this.#noted = performance.now();
  }

  #tick(): void {
    const now = performance.now();
    const { note, idle } = this.#times;
    const isIdle = now - this.#writer.usedAt > idle && !this.#writer.isTaking;
    const wait = this.#resting === undefined ? note : note * 2 ** Math.min(4, this.#looks);
    if (now - this.#noted < wait && !(isIdle && this.#resting === undefined)) return;
    this.#noted = now;
    this.#note(isIdle).catch((error: unknown) => {
      // Whatever else it is may pass; in the end it is told of.
      if (isLost(error)) this.cutOff(error);
    });
  }

  async #note(isIdle: boolean): Promise<void> {
    if (this.#resting !== undefined) {
      this.#looks++;
      await this.#resting;
      return this.#row.look();
    }
    if (!isIdle) return this.#row.write(this.#writer.state, { hold: true });
    this.#looks = 0;
    this.#resting = this.#settle().then(() => void this.#writer.yieldMemory());
    return this.#resting;
  }
}

/**
 * Takes a piece as far as the upload does not grow beyond its limit in bytes.
 * @throws ContentStoreError `too-large` when it would
 */
export function takeUpTo(writer: PartWriter, limit: number, piece: Uint8Array): Promise<void> | undefined {
  const room = limit - writer.size;
  if (piece.length <= room) return writer.take(piece);
  return (writer.take(piece.subarray(0, room)) ?? Promise.resolve()).then(() => {
    throw tooLarge(limit);
  });
}

/** The upload is another request's, or nobody's, by now. */
export function isLost(error: unknown): boolean {
  return error instanceof ContentStoreError && (error.reason === "taken-over" || error.reason === "upload-unknown");
}
