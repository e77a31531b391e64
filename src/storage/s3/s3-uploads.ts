import { type Digest, type DigestAlgorithm, digestAlgorithm } from "../../oci/digest.ts";
import type { ByteSource } from "../byte-source.ts";
import { type AppendOptions, ContentStoreError, isUploadId, type Stored, type UploadId } from "../content-store.ts";
import { deleteObjects, discardUpload } from "./discard-upload.ts";
import { S3Error } from "./error.ts";
import { hashObject } from "./hash-object.ts";
import { PartWriter, type WriterContext } from "./part-writer.ts";
import { isLost, Receiving, type ReceivingTimes } from "./receiving.ts";
import { emptyUpload, readState, truncated } from "./staged-bytes.ts";
import { comparing, offsetMismatch, type RowContext, StagedRow, uploadUnknown } from "./staged-row.ts";

/** Milliseconds between two looks at an upload that another process brings bytes to. */
const POLL = 50;

/** Uploads whose hash and last bytes are kept for their next request. */
const REMEMBERED = 256;

/** Objects that were replaced by others, after which they are deleted while the upload goes on. */
const STALE = 100;

/** Rows that are listed at once. */
const PAGE = 500;

/** Milliseconds. */
export interface UploadTimes extends ReceivingTimes {
  /** That another process's request at the same upload is waited for. */
  readonly wait: number;
  /** That whoever finishes an upload waits for all of it to be read, where no process knows its digest. */
  readonly patience: number;
}

export interface UploadsContext extends WriterContext, RowContext {
  readonly times: UploadTimes;
}

/** A request of this process that is at an upload. */
interface Use {
  writer?: PartWriter;
  receiving?: Receiving;
  /** The row, which `PartWriter` has changed when it begins to send parts. */
  row?: StagedRow;
  cancelled?: boolean;
}

interface Remembered {
  readonly writer: PartWriter;
  readonly version: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The staged uploads of a bucket: their rows say how any process goes on with them. */
export class S3Uploads {
  readonly #context: UploadsContext;
  readonly #uses = new Map<UploadId, Use>();
  readonly #remembered = new Map<UploadId, Remembered>();
  readonly #preparing = new Map<UploadId, Promise<void>>();

  constructor(context: UploadsContext) {
    this.#context = context;
  }

  async create(id: UploadId, algorithm: DigestAlgorithm): Promise<void> {
    if (!isUploadId(id)) throw uploadUnknown(id);
    if ((await StagedRow.add(id, this.#context, emptyUpload(algorithm))) === undefined) {
      throw new Error(`upload ${id} is staged already: choose another id`);
    }
  }

  async size(id: UploadId): Promise<number | undefined> {
    if (!isUploadId(id)) return undefined;
    const here = this.#uses.get(id)?.writer?.size;
    return here ?? (await StagedRow.find(id, this.#context))?.state.size;
  }

  append(id: UploadId, offset: number, source: ByteSource, options: AppendOptions): Promise<number> {
    return this.#use(id, async (row, use) => {
      const { size } = row.state;
      if (size !== offset) throw offsetMismatch(id, `has ${size} bytes, not ${offset}: continue from there`);
      const writer = this.#writer(row);
      use.writer = writer;
      use.receiving = new Receiving(writer, row, this.#context.times);
      writer.beginChunk();
      try {
        await use.receiving.run(source, options);
      } catch (error) {
        // What others cannot know of, since the row is not this process's any more.
        if (isLost(error)) await this.#discardUnknown(writer, row);
        throw error;
      } finally {
        if (row.state.size === writer.size) this.#remember(writer, row);
        else void writer.close();
      }
      await this.#deleteStale(writer, row);
      return writer.size;
    });
  }

  truncate(id: UploadId, size: number): Promise<void> {
    return this.#use(id, async (row) => {
      if (size === row.state.size) return;
      const state = size > row.state.size ? undefined : truncated(row.state, size);
      if (state === undefined) throw offsetMismatch(id, `has ${row.state.size} bytes and cannot be truncated to ${size}`);
      this.#forget(id);
      await row.write(state, { hold: false });
    });
  }

  async finish(id: UploadId, digest: Digest, announced?: Promise<unknown>): Promise<Stored> {
    // Another request that finishes it may have left it to be prepared.
    if (this.#preparing.has(id)) await this.#prepared(id, digestAlgorithm(digest));
    for (let prepared = false; ; prepared = true) {
      const stored = await this.#use(id, (row) => this.#close(row, digest, announced));
      if (stored !== undefined) return stored;
      if (prepared) throw new Error(`upload ${id} is not whole`);
      await this.#prepared(id, digestAlgorithm(digest));
    }
  }

  async cancel(id: UploadId): Promise<void> {
    if (!isUploadId(id)) return;
    const use = this.#uses.get(id);
    if (use !== undefined) use.cancelled = true;
    this.#forget(id);
    const removed = await this.#context.staging.remove(id);
    if (removed !== undefined) await discardUpload(readState(removed.state), this.#context);
  }

  async *list(): AsyncIterable<{ readonly id: UploadId; readonly size: number; readonly modifiedAt: number }> {
    for (let after: UploadId | undefined; ; ) {
      const page = await this.#context.staging.list({ after, limit: PAGE });
      for (const { id, state, modifiedAt } of page) if (isUploadId(id)) yield { id, size: readState(state).size, modifiedAt };
      after = page.at(-1)?.id;
      if (page.length < PAGE) return;
    }
  }

  /** Gives all memory back. */
  close(): void {
    for (const { receiving } of this.#uses.values()) receiving?.cutOff(new Error("the content store is being closed"));
    for (const id of [...this.#remembered.keys()]) this.#forget(id);
  }

  /** One request of this process at a time is at an upload, and one of all processes. */
  async #use<T>(id: UploadId, work: (row: StagedRow, use: Use) => Promise<T>): Promise<T> {
    if (!isUploadId(id)) throw uploadUnknown(id);
    if (this.#uses.has(id)) throw offsetMismatch(id, "is in use by another request: ask for its size and continue");
    const use: Use = {};
    this.#uses.set(id, use);
    try {
      const row = await this.#free(id);
      if (use.cancelled) throw uploadUnknown(id);
      use.row = row;
      return await work(row, use);
    } finally {
      this.#uses.delete(id);
    }
  }

  /** The row, when no other process brings bytes to the upload. */
  async #free(id: UploadId): Promise<StagedRow> {
    for (const end = performance.now() + this.#context.times.wait; ; await Bun.sleep(POLL)) {
      const row = await StagedRow.find(id, this.#context);
      if (row === undefined) throw uploadUnknown(id);
      const { other } = row;
      if (other === undefined) return row;
      if (performance.now() > end) throw other.finishes ? comparing(id) : offsetMismatch(id, "is in use by another process: ask for its size and continue");
    }
  }

  #writer(row: StagedRow): PartWriter {
    const { id, version, state } = row;
    const remembered = this.#remembered.get(id);
    if (remembered?.version === version) {
      clearTimeout(remembered.timer);
      this.#remembered.delete(id);
      return remembered.writer;
    }
    this.#forget(id);
    return new PartWriter(id, state, this.#context, { begun: async (begun) => this.#uses.get(id)?.row?.write(begun, { hold: true }) });
  }

  #remember(writer: PartWriter, { id, version }: StagedRow): void {
    const timer = setTimeout(() => writer.yieldMemory(), this.#context.times.idle);
    this.#remembered.set(id, { writer, version, timer });
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED && oldest !== undefined) this.#forget(oldest);
  }

  #forget(id: UploadId): void {
    const remembered = this.#remembered.get(id);
    if (remembered === undefined) return;
    clearTimeout(remembered.timer);
    this.#remembered.delete(id);
    void remembered.writer.close();
  }

  /** Removes the row of an upload that is one object with this digest. Undefined when it is not one object yet, or nobody knows its digest. */
  async #close(row: StagedRow, digest: Digest, announced: Promise<unknown> | undefined): Promise<Stored | undefined> {
    const { state } = row;
    const isKnown = state.digest !== undefined && state.algorithm === digestAlgorithm(digest);
    if (isKnown && state.digest !== digest) {
      await this.#removeRow(row);
      await discardUpload(state, this.#context);
      throw new ContentStoreError("digest-mismatch", `the content has the digest ${state.digest}, not ${digest}: send it again`);
    }
    if (!isKnown || state.parts > 0 || state.tail === undefined) return undefined;
    await announced;
    await this.#removeRow(row);
    const { location } = state.tail;
    // It is not needed any more, which is all that matters to whoever waits.
    await discardUpload(state, this.#context, location).catch(() => undefined);
    return { size: state.size, location };
  }

  async #removeRow(row: StagedRow): Promise<void> {
    this.#forget(row.id);
    if (!(await row.remove())) throw uploadUnknown(row.id);
  }

  /** Makes an upload one object whose digest is known. Goes on when nobody waits for it any more. */
  async #prepared(id: UploadId, algorithm: DigestAlgorithm): Promise<void> {
    const preparing = this.#preparing.get(id) ?? this.#prepare(id, algorithm).finally(() => this.#preparing.delete(id));
    this.#preparing.set(id, preparing);
    const { promise, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => resolve("late"), this.#context.times.patience);
    const outcome = await Promise.race([preparing, promise]).finally(() => clearTimeout(timer));
    if (outcome !== "late") return;
    preparing.catch(() => undefined);
    throw comparing(id);
  }

  #prepare(id: UploadId, algorithm: DigestAlgorithm): Promise<void> {
    return this.#use(id, async (row) => {
      const { client, keys, times } = this.#context;
      const writer = this.#writer(row);
      const hold = () => row.write(row.state, { hold: true, finishes: true });
      const holding = setInterval(() => hold().catch(() => undefined), times.note);
      try {
        await hold();
        const { location } = await writer.whole();
        const known = writer.state.algorithm === algorithm ? writer.digest() : undefined;
        const digest = known ?? (await hashObject(client, keys.keyOf(location), algorithm));
        clearInterval(holding);
        await row.write({ ...writer.state, algorithm, digest }, { hold: false });
      } catch (error) {
        // Its parts are gone, or an object already whose process did not live to say so.
        throw error instanceof S3Error && error.code === "NoSuchUpload" ? uploadUnknown(id) : error;
      } finally {
        clearInterval(holding);
        await writer.close();
      }
    });
  }

  async #discardUnknown(writer: PartWriter, row: StagedRow): Promise<void> {
    const { multipart, tail, stale } = writer.state;
    const known = new Set([row.state.tail?.location, row.state.before?.tail?.location, ...row.state.stale]);
    const unknown = [...stale, ...(tail === undefined ? [] : [tail.location])].filter((location) => !known.has(location));
    const isKnown = multipart?.uploadId === row.state.multipart?.uploadId;
    const leftover = { ...emptyUpload("sha256"), multipart: isKnown ? undefined : multipart, stale: unknown };
    await discardUpload(leftover, this.#context).catch(() => undefined);
  }

  async #deleteStale(writer: PartWriter, { state: { stale, before } }: StagedRow): Promise<void> {
    if (stale.length <= STALE) return;
    const gone = stale.filter((location) => location !== before?.tail?.location);
    await deleteObjects(gone, this.#context);
    writer.forget(gone);
  }
}
