import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { errorCode, type FileLayer } from "./file-layer.ts";
import { Journal } from "./journal.ts";
import { encodeRecords, type JournalRecord } from "./journal-record.ts";
import type { Layout } from "./layout.ts";

/** Small content whose digest was verified. `from` is its staged file, if it has one. */
export interface SmallBlob extends JournalRecord {
  readonly from?: string | undefined;
}

/** `absent`: there is no file at `from` any more. */
export type CommitResult =
  | { readonly outcome: "committed" }
  | { readonly outcome: "absent" }
  | { readonly outcome: "failed"; readonly code: string | undefined; readonly message: string };

export interface SmallBlobsOptions {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly durable: boolean;
  /** Bytes after which a journal is retired. */
  readonly journalBytes?: number | undefined;
}

/**
 * Puts batches of small content to their places. Durable content goes to the journal first, with one sync for the whole batch,
 * so that whatever is visible is durable; without a journal each file and folder is synced. Calls must come one after another.
 */
export class SmallBlobs {
  readonly #options: SmallBlobsOptions;
  readonly #folders = new Set<string>();
  #journal: Journal | undefined;

  constructor(options: SmallBlobsOptions) {
    this.#options = options;
  }

  async commit(blobs: readonly SmallBlob[]): Promise<CommitResult[]> {
    const { durable, files } = this.#options;
    if (!durable) return Promise.all(blobs.map((blob) => this.#place(blob, false)));
    const { syncFileSystem } = files;
    if (syncFileSystem === undefined) return this.#commitSynced(blobs);
    try {
      const journal = await this.#openJournal(syncFileSystem);
      if (journal.dueIn === 0) await journal.retire();
      await journal.append(encodeRecords(blobs));
    } catch (error) {
      return blobs.map(() => failed(error));
    }
    return Promise.all(blobs.map((blob) => this.#place(blob, false)));
  }

  /** Milliseconds until `retire` should be called; undefined when there is nothing to retire. */
  get retireIn(): number | undefined {
    return this.#journal?.dueIn;
  }

  /** Frees the journal's space in the background. */
  async retire(): Promise<void> {
    await this.#journal?.retire();
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    this.#journal = undefined;
  }

  async #openJournal(sync: (path: string) => Promise<void>): Promise<Journal> {
    const { files, layout, journalBytes } = this.#options;
    this.#journal ??= await Journal.create(files, layout, sync, journalBytes);
    return this.#journal;
  }

  async #commitSynced(blobs: readonly SmallBlob[]): Promise<CommitResult[]> {
    const { files, layout } = this.#options;
    const results = await Promise.all(blobs.map((blob) => this.#place(blob, true)));
    const folders = new Set(blobs.flatMap(({ digest }) => [layout.shard(digest), dirname(layout.shard(digest))]));
    try {
      await Promise.all([...folders].map((folder) => files.syncFolder(folder)));
    } catch (error) {
      return blobs.map(() => failed(error));
    }
    return results;
  }

  async #place({ digest, bytes, from }: SmallBlob, sync: boolean): Promise<CommitResult> {
    const { files, layout } = this.#options;
    const staged = from ?? layout.upload(randomUUID());
    try {
      await this.#ensureFolder(layout.shard(digest));
      if (from === undefined || sync) {
        const file = await files.open(staged, from === undefined ? "create" : "update");
        try {
          if (from === undefined) await file?.write(bytes, 0);
          if (sync) await file?.datasync();
        } finally {
          await file?.close();
        }
      }
      return { outcome: (await files.rename(staged, layout.blob(digest))) ? "committed" : "absent" };
    } catch (error) {
      if (from === undefined) await files.unlink(staged).catch(() => false);
      return failed(error);
    }
  }

  async #ensureFolder(shard: string): Promise<void> {
    if (this.#folders.has(shard)) return;
    await this.#options.files.makeFolder(shard);
    this.#folders.add(shard);
  }
}

function failed(error: unknown): CommitResult {
  return { outcome: "failed", code: errorCode(error), message: error instanceof Error ? error.message : String(error) };
}
