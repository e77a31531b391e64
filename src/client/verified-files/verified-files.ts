import { realpath, rename, stat, utimes } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestAlgorithm } from "../../oci/digest.ts";
import { digestFile } from "../content/files.ts";
import { type FileStamp, formatStamp, stampOf } from "./file-stamp.ts";
import { type ClockReading, isOlder, keepsChangeTimes, readClock } from "./file-system-clock.ts";
import { readRecord, type VerificationRecord, writeRecord } from "./record-file.ts";

/** Bytes of a file that is noted: a smaller one is read again as quickly as looked up. */
const NOTED_SIZE = 64 * 1024;

/** Bytes placed in all that are noted: fewer are read again, once, as quickly as they are written down. */
const PLACED_SIZE = 1024 * 1024;

/** Entries of a record. */
const ENTRY_LIMIT = 10_000;

/** Bytes for which it is worth to wait until they are old enough to be noted, and the milliseconds at most. */
const WAIT_SIZE = 16 * 1024 * 1024;
const WAIT_LIMIT = 25;

type Content = Pick<Descriptor, "digest" | "size">;

/** The files of a folder, and which of them are known to be what they should be. */
export interface VerifiedFiles {
  /**
   * True for a file with this content: it was verified and has not changed since, or it is read now.
   * @param path below the folder
   */
  holds(path: string, content: Content): Promise<boolean>;
  /**
   * Renames a file whose content was verified while it was written.
   * @param path where it belongs, below the folder
   * @throws the error of the file system
   */
  place(partial: string, path: string, content: Content): Promise<void>;
  /** Writes down what was verified, for the next process. Never throws. */
  save(): Promise<void>;
}

export interface VerifiedFilesOptions {
  /** The cache that the record is kept in. Default: nothing is written down, and all is read. */
  readonly cache?: string | undefined;
  /** Read all, whatever was written down. Default: false. */
  readonly verify?: boolean | undefined;
  /** Write nothing down. Default: false. */
  readonly dryRun?: boolean | undefined;
}

/** Where the records are in a cache. */
export function recordsFolder(cache: string): string {
  return join(cache, "verified");
}

/** Opens the record of a folder, which need not be there yet. Nothing is read before it is asked for. */
export function openVerifiedFiles(folder: string, { cache, verify = false, dryRun = false }: VerifiedFilesOptions = {}): VerifiedFiles {
  return cache === undefined ? UNRECORDED : new RecordedFiles(folder, recordsFolder(cache), { verify, dryRun });
}

const UNRECORDED: VerifiedFiles = {
  holds: async (path, content) => (await stampOfSize(path, content.size)) !== undefined && (await isRead(path, content)),
  place: rename,
  save: async () => {},
};

interface Entry {
  readonly stamp: FileStamp;
  readonly line: string;
}

class RecordedFiles implements VerifiedFiles {
  readonly #folder: string;
  readonly #records: string;
  readonly #verify: boolean;
  readonly #dryRun: boolean;
  /** Old enough already when they were read. */
  readonly #read = new Map<string, string>();
  /** Renamed just now. */
  readonly #placed = new Map<string, Entry>();
  #loaded: Promise<VerificationRecord | undefined> | undefined;

  constructor(folder: string, records: string, { verify, dryRun }: { readonly verify: boolean; readonly dryRun: boolean }) {
    this.#folder = folder;
    this.#records = records;
    this.#verify = verify;
    this.#dryRun = dryRun;
  }

  async holds(path: string, content: Content): Promise<boolean> {
    const stamp = await stampOfSize(path, content.size);
    if (stamp === undefined) return false;
    if (content.size < NOTED_SIZE) return await isRead(path, content);
    const line = formatStamp(stamp, content.digest);
    const name = relative(this.#folder, path);
    if (!this.#verify && (await this.#record())?.files.get(name) === line) return true;
    // before the file is read: a change after that must get another time
    const before = this.#dryRun ? undefined : await readClock(this.#records);
    if (!(await isRead(path, content))) return false;
    const after = await stampOfSize(path, content.size);
    if (before === undefined || after === undefined || formatStamp(after, content.digest) !== line) return true;
    if (isOlder(stamp, before) && (await keepsChangeTimes(path))) this.#read.set(name, line);
    return true;
  }

  async place(partial: string, path: string, content: Content): Promise<void> {
    const before = content.size < NOTED_SIZE ? undefined : await stampWithOwnTime(partial, content.size);
    await rename(partial, path);
    const stamp = before === undefined ? undefined : await stampOfSize(path, content.size);
    // another process may have put its own there
    if (
      before === undefined ||
      stamp === undefined ||
      formatStamp({ ...before, changedAt: stamp.changedAt }, content.digest) !== formatStamp(stamp, content.digest)
    )
      return;
    if (await keepsChangeTimes(path)) this.#placed.set(relative(this.#folder, path), { stamp, line: formatStamp(stamp, content.digest) });
  }

  async save(): Promise<void> {
    if (this.#read.size === 0 && sizeOf(this.#placed.values()) < PLACED_SIZE) return;
    try {
      const now = await this.#clockAfterPlaced();
      if (now === undefined) return;
      const old = [...this.#placed].filter(([, { stamp }]) => isOlder(stamp, now)).map(([name, { line }]) => [name, line] as const);
      const noted = new Map([...old, ...this.#read]);
      if (noted.size === 0) return;
      const folder = await realpath(this.#folder);
      for (const [name, line] of (await this.#record())?.files ?? []) {
        if (noted.size >= ENTRY_LIMIT) break;
        if (!noted.has(name) && (await isStill(join(folder, name), line))) noted.set(name, line);
      }
      await writeRecord(this.#records, { folder, writtenAt: now.time, files: noted });
    } catch {
      // what is not written down is read again
    }
  }

  /** Waits a little for a time after that of large files: reading them again would take longer. */
  async #clockAfterPlaced(): Promise<ClockReading | undefined> {
    const end = performance.now() + WAIT_LIMIT;
    for (;;) {
      const now = await readClock(this.#records);
      if (now === undefined || performance.now() >= end) return now;
      const young = [...this.#placed.values()].filter(({ stamp }) => !isOlder(stamp, now));
      if (sizeOf(young) < WAIT_SIZE) return now;
      await Bun.sleep(1);
    }
  }

  #record(): Promise<VerificationRecord | undefined> {
    this.#loaded ??= realpath(this.#folder).then(
      (folder) => readRecord(this.#records, folder),
      () => undefined,
    );
    return this.#loaded;
  }
}

/** Bytes of files. */
function sizeOf(entries: Iterable<Entry>): number {
  let sum = 0;
  for (const { stamp } of entries) sum += Number(stamp.size);
  return sum;
}

/** Undefined where there is no file of this size. */
async function stampOfSize(path: string, size: number): Promise<FileStamp | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() && found.size === BigInt(size) ? stampOf(found) : undefined;
}

async function isRead(path: string, { digest }: Content): Promise<boolean> {
  return (await digestFile(path, digestAlgorithm(digest))).digest === digest;
}

/** Gives a file a time that no later change gives it, not even one in the same tick of the clock. */
async function stampWithOwnTime(path: string, size: number): Promise<FileStamp | undefined> {
  const now = (Date.now() + Math.random()) / 1000;
  await utimes(path, now, now).catch(() => {});
  return await stampOfSize(path, size);
}

/** Whether a file is the one of an entry. */
async function isStill(path: string, line: string): Promise<boolean> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found !== undefined && line.startsWith(formatStamp(stampOf(found), "" as Digest));
}
