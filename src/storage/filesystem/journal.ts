import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { FileLayer, OpenFile } from "./file-layer.ts";
import { withJournalLock } from "./journal-lock.ts";
import type { Layout } from "./layout.ts";

/** Ending of a journal's name. */
export const JOURNAL_SUFFIX = ".journal";

/** Bytes after which a journal is retired; this bounds the time of a recovery. */
const DEFAULT_LIMIT = 16 * 1024 * 1024;

/** Milliseconds after which a journal that has records is retired. */
const AGE = 30_000;

interface JournalFile {
  readonly path: string;
  readonly file: OpenFile;
  size: number;
}

/**
 * Write-ahead journal of one process: content in it is durable although its own file is not synced yet. There are two
 * files: while one is appended to, the file system is synced, after which the other is empty again. Their locks tell
 * other processes that somebody looks after them; see `recoverJournals`. Calls must come one after another.
 */
export class Journal {
  readonly #files: FileLayer;
  readonly #root: string;
  readonly #sync: (path: string) => Promise<void>;
  readonly #limit: number;
  #active: JournalFile;
  #spare: JournalFile;
  #emptying: Promise<void> = Promise.resolve();
  #oldest: number | undefined;

  private constructor(files: FileLayer, root: string, sync: (path: string) => Promise<void>, limit: number, pair: readonly [JournalFile, JournalFile]) {
    this.#files = files;
    this.#root = root;
    this.#sync = sync;
    this.#limit = limit;
    [this.#active, this.#spare] = pair;
  }

  static async create(files: FileLayer, layout: Layout, sync: (path: string) => Promise<void>, limit: number = DEFAULT_LIMIT): Promise<Journal> {
    return withJournalLock(files, layout, async () => {
      const id = randomUUID();
      const first = await createFile(files, layout, `${id}-0`);
      try {
        const second = await createFile(files, layout, `${id}-1`);
        try {
          await files.syncFolder(layout.journals);
          return new Journal(files, layout.root, sync, limit, [first, second]);
        } catch (error) {
          await remove(files, second);
          throw error;
        }
      } catch (error) {
        await remove(files, first);
        throw error;
      }
    });
  }

  /** Makes bytes durable at the end of the journal. When it fails, the next append takes their place. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#active.file.write(bytes, this.#active.size);
    await this.#active.file.datasync();
    this.#active.size += bytes.length;
    this.#oldest ??= Date.now();
  }

  /** Milliseconds until the journal should be retired; undefined when it is empty. */
  get dueIn(): number | undefined {
    if (this.#oldest === undefined) return undefined;
    return this.#active.size >= this.#limit ? 0 : Math.max(0, this.#oldest + AGE - Date.now());
  }

  /**
   * Changes to the other file, and empties this one once all content it holds is durable without it. To be called while every
   * record appended so far is in its place. Waits only when the other file is not empty yet.
   */
  async retire(): Promise<void> {
    await this.#emptying.catch(() => undefined);
    if (this.#spare.size > 0) await this.#empty(this.#spare);
    const retired = this.#active;
    this.#active = this.#spare;
    this.#spare = retired;
    this.#oldest = undefined;
    this.#emptying = this.#empty(retired);
    this.#emptying.catch(() => undefined);
  }

  /** Ends the journal: all content is durable without it. */
  async close(): Promise<void> {
    await this.#emptying.catch(() => undefined);
    const filled = this.#active.size > 0 || this.#spare.size > 0;
    try {
      if (filled) await this.#sync(this.#root);
    } catch (error) {
      for (const { file } of [this.#active, this.#spare]) await file.close();
      throw error;
    }
    for (const journal of [this.#active, this.#spare]) await remove(this.#files, journal);
  }

  async #empty(journal: JournalFile): Promise<void> {
    await this.#sync(this.#root);
    await journal.file.truncate(0);
    journal.size = 0;
  }
}

async function createFile(files: FileLayer, layout: Layout, name: string): Promise<JournalFile> {
  const path = join(layout.journals, `${name}${JOURNAL_SUFFIX}`);
  const file = await files.open(path, "create");
  if (file === undefined || !file.tryLock()) throw new Error(`cannot create the journal ${path}`);
  return { path, file, size: 0 };
}

async function remove(files: FileLayer, { path, file }: JournalFile): Promise<void> {
  await files.unlink(path).finally(() => file.close());
}
