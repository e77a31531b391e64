import type { DigestAlgorithm } from "../../oci/digest.ts";
import type { ByteSource } from "../byte-source.ts";
import type { AppendOptions, UploadId } from "../content-store.ts";
import { ContentStoreError } from "../content-store.ts";
import { Appender } from "./append.ts";
import { offsetMismatch, refusal, uploadUnknown } from "./errors.ts";
import type { FileInfo, FileLayer, OpenFile } from "./file-layer.ts";
import { hashFile } from "./hash-file.ts";
import { type HashContext, RunningHash } from "./running-hash.ts";
import { WantedMark } from "./wanted-mark.ts";

/** Milliseconds that another process's lock is waited for, and between two tries. */
const LOCK_LIMIT = 5_000;
const LOCK_RETRY = 5;

/**
 * The staged file of one upload as this process sees it: its handle and lock while it is in use, and the hash of its bytes.
 * Calls must come one after another. Between `acquire` and `release` no other process appends, truncates or finishes.
 */
export class StagedUpload {
  readonly id: UploadId;
  readonly path: string;
  readonly #files: FileLayer;
  readonly #context: HashContext;
  readonly #algorithm: DigestAlgorithm;
  #file: OpenFile | undefined;
  #locked = false;
  #size = 0;
  #hash: RunningHash | undefined;
  /** What the file looked like when its lock was given back: if it still does, `#hash` is that of its bytes. */
  #mark: FileInfo | undefined;
  /** All bytes, while they are few and came in one piece. */
  #content: Uint8Array | undefined;

  constructor(id: UploadId, path: string, algorithm: DigestAlgorithm, files: FileLayer, context: HashContext) {
    this.id = id;
    this.path = path;
    this.#algorithm = algorithm;
    this.#files = files;
    this.#context = context;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /** Bytes; valid while acquired. */
  get size(): number {
    return this.#size;
  }

  /** Creates the file. It is not locked, so that another process may continue at once. */
  async create(): Promise<void> {
    this.#file = await this.#files.open(this.path, "create");
  }

  /**
   * Opens and locks the file.
   * @throws ContentStoreError `upload-unknown`; `offset-mismatch` when another process is at it for too long
   */
  async acquire(): Promise<void> {
    if (this.#locked) return;
    const file = this.#file ?? (await this.#files.open(this.path, "update"));
    if (file === undefined) throw uploadUnknown(this.id);
    this.#file = file;
    await this.#lock(file);
    const [own, current] = await Promise.all([file.info(), this.#files.info(this.path)]);
    // Finished or cancelled meanwhile: the handle may be that of content already, which nobody may change.
    if (own.inode !== current?.inode) {
      await this.close();
      throw uploadUnknown(this.id);
    }
    this.#size = own.size;
    if (this.#mark !== undefined && (this.#mark.size !== own.size || this.#mark.modifiedAt !== own.modifiedAt || this.#mark.inode !== own.inode))
      this.#forget();
  }

  /** Gives lock and handle back; another process may take over. The hash stays for as long as nobody does. */
  async release(): Promise<void> {
    this.#content = undefined;
    this.#hash?.release();
    if (this.#file !== undefined && this.#locked) this.#mark = await this.#file.info();
    await this.close();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#locked = false;
    await file?.close();
  }

  async append(offset: number, source: ByteSource, options: AppendOptions): Promise<number> {
    const file = this.#acquired();
    if (this.#size !== offset) throw offsetMismatch(this.id, `has ${this.#size} bytes, not ${offset}: continue from there`);
    if (offset === 0) {
      this.#forget();
      this.#hash = new RunningHash(this.#algorithm, this.path, this.#context);
    }
    const appender = new Appender(file, offset, this.#hash, options.limit ?? Number.POSITIVE_INFINITY);
    this.#content = undefined;
    try {
      const wanted = new WantedMark(this.#files, this.path);
      await appender.run(source, { signal: options.signal, onSilence: () => wanted.giveWay(this.id) });
    } catch (error) {
      if (error instanceof ContentStoreError && error.reason === "no-space") await this.#undo(file, offset);
      else await this.#settle(file, appender);
      throw error;
    } finally {
      this.#hash?.rest();
    }
    this.#adopt(appender);
    if (offset === 0) this.#content = appender.single;
    return this.#size;
  }

  async truncate(size: number): Promise<void> {
    if (size > this.#size) throw offsetMismatch(this.id, `has ${this.#size} bytes and cannot be truncated to ${size}`);
    if (size === this.#size) return;
    await this.#undo(this.#acquired(), size);
  }

  /** The digest of all bytes. */
  async digest(algorithm: DigestAlgorithm): Promise<string> {
    if (this.#hash?.algorithm === algorithm && this.#hash.size === this.#size) {
      try {
        return `${algorithm}:${await this.#hash.digest()}`;
      } catch {
        this.#forget();
      }
    }
    return `${algorithm}:${await hashFile({ path: this.path, file: this.#acquired(), size: this.#size }, algorithm, this.#context.thread)}`;
  }

  /** All bytes, to be called for small uploads only. */
  async read(): Promise<Uint8Array> {
    if (this.#content !== undefined) return this.#content;
    const bytes = new Uint8Array(this.#size);
    const length = await this.#acquired().read(bytes, 0);
    if (length !== bytes.length) throw new Error(`upload ${this.id} has ${length} bytes instead of ${bytes.length}`);
    return bytes;
  }

  async datasync(): Promise<void> {
    try {
      await this.#acquired().datasync();
    } catch (error) {
      throw refusal(error);
    }
  }

  /** Ends the use of this object, not the upload. */
  async discard(): Promise<void> {
    this.#forget();
    await this.close();
  }

  async #lock(file: OpenFile): Promise<void> {
    if (!file.tryLock() && !(await this.#waitForLock(file))) {
      await this.close();
      throw offsetMismatch(this.id, "is in use by another process: ask for its size and continue");
    }
    this.#locked = true;
  }

  /** Whoever holds it gives way where its source is silent. */
  async #waitForLock(file: OpenFile): Promise<boolean> {
    const wanted = new WantedMark(this.#files, this.path);
    try {
      for (const end = Date.now() + LOCK_LIMIT; Date.now() < end; await Bun.sleep(LOCK_RETRY)) {
        if (file.tryLock()) return true;
        await wanted.set();
      }
      return false;
    } finally {
      await wanted.clear();
    }
  }

  #acquired(): OpenFile {
    if (this.#file === undefined || !this.#locked) throw new Error(`upload ${this.id} is not acquired`);
    return this.#file;
  }

  #adopt(appender: Appender): void {
    this.#size = appender.written;
    if (this.#hash?.size !== appender.written) this.#forget();
  }

  /** After a failure: a write that broke off may have left bytes beyond those that count. */
  async #settle(file: OpenFile, appender: Appender): Promise<void> {
    this.#adopt(appender);
    if ((await file.info()).size > this.#size) await file.truncate(this.#size);
  }

  async #undo(file: OpenFile, size: number): Promise<void> {
    this.#forget();
    await file.truncate(size);
    this.#size = size;
  }

  #forget(): void {
    this.#hash?.discard();
    this.#hash = undefined;
    this.#mark = undefined;
    this.#content = undefined;
  }
}
