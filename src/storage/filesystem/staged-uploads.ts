import type { DigestAlgorithm } from "../../oci/digest.ts";
import { isUploadId, type UploadId } from "../content-store.ts";
import { offsetMismatch, refusal, uploadUnknown } from "./errors.ts";
import type { FileLayer } from "./file-layer.ts";
import type { Layout } from "./layout.ts";
import type { HashContext } from "./running-hash.ts";
import { StagedUpload } from "./staged-upload.ts";
import { WantedMark } from "./wanted-mark.ts";

/**
 * Milliseconds that handle and lock are kept after a use: the next request of the same upload finds them open. Longer than
 * the clock of a file system's time stamps ticks, so that a change by another process after that shows in the time stamp.
 */
const IDLE = 20;

/** Uploads whose hash is kept. Those used longest ago are read again when they are finished. */
const REMEMBERED = 1024;

interface Entry {
  readonly upload: StagedUpload;
  busy: boolean;
  /** The upload was finished or cancelled. */
  ended: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  releasing: Promise<void> | undefined;
}

/** The staged uploads this process has to do with; each is used by one caller at a time. */
export class StagedUploads {
  readonly #layout: Layout;
  readonly #files: FileLayer;
  readonly #context: HashContext;
  readonly #entries = new Map<UploadId, Entry>();

  constructor(layout: Layout, files: FileLayer, context: HashContext) {
    this.#layout = layout;
    this.#files = files;
    this.#context = context;
  }

  async create(id: UploadId, algorithm: DigestAlgorithm): Promise<void> {
    if (!isUploadId(id)) throw uploadUnknown(id);
    if (this.#entries.has(id)) throw new Error(`upload ${id} is staged already: choose another id`);
    const entry = this.#entry(id, algorithm);
    entry.busy = true;
    try {
      await entry.upload.create();
    } catch (error) {
      entry.ended = true;
      throw refusal(error);
    } finally {
      this.#rest(entry);
    }
  }

  /**
   * Runs `work` with the upload opened and locked.
   * @throws ContentStoreError `upload-unknown`; `offset-mismatch` when it is in use
   */
  async use<T>(id: UploadId, work: (upload: StagedUpload, end: () => void) => Promise<T>): Promise<T> {
    if (!isUploadId(id)) throw uploadUnknown(id);
    const entry = this.#entry(id, "sha256");
    if (entry.busy) throw offsetMismatch(id, "is in use by another request: ask for its size and continue");
    entry.busy = true;
    clearTimeout(entry.timer);
    try {
      await entry.releasing;
      await entry.upload.acquire();
      return await work(entry.upload, () => {
        entry.ended = true;
      });
    } finally {
      this.#rest(entry);
    }
  }

  /** Removes the staged file; whoever is using the upload finds that out when finishing. */
  async cancel(id: UploadId): Promise<void> {
    if (!isUploadId(id)) return;
    const entry = this.#entries.get(id);
    if (entry !== undefined) {
      entry.ended = true;
      if (!entry.busy) this.#drop(entry);
    }
    await this.#files.unlink(this.#layout.upload(id));
    await new WantedMark(this.#files, this.#layout.upload(id)).clear();
  }

  /** Gives every handle back. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(
      entries.map((entry) => {
        clearTimeout(entry.timer);
        return entry.upload.discard();
      }),
    );
  }

  #entry(id: UploadId, algorithm: DigestAlgorithm): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) {
      this.#entries.delete(id);
      this.#entries.set(id, known);
      return known;
    }
    const upload = new StagedUpload(id, this.#layout.upload(id), algorithm, this.#files, this.#context);
    const entry: Entry = { upload, busy: false, ended: false, timer: undefined, releasing: undefined };
    this.#entries.set(id, entry);
    this.#forgetOldest();
    return entry;
  }

  #forgetOldest(): void {
    if (this.#entries.size <= REMEMBERED) return;
    for (const entry of this.#entries.values()) {
      if (entry.busy) continue;
      this.#drop(entry);
      return;
    }
  }

  #rest(entry: Entry): void {
    entry.busy = false;
    if (entry.ended || !entry.upload.isOpen) {
      this.#drop(entry);
      return;
    }
    entry.timer = setTimeout(() => {
      entry.releasing = entry.upload.release().catch(() => this.#drop(entry));
    }, IDLE);
  }

  #drop(entry: Entry): void {
    clearTimeout(entry.timer);
    if (this.#entries.get(entry.upload.id) === entry) this.#entries.delete(entry.upload.id);
    const discarded = Promise.resolve(entry.releasing).then(() => entry.upload.discard());
    discarded.catch(() => undefined);
  }
}
