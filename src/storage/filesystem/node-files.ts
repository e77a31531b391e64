import { fstatSync, renameSync, statSync, writeSync } from "node:fs";
import { type FileHandle, mkdir, open, opendir, readFile, rename, stat, unlink } from "node:fs/promises";
import { LoopBudget } from "../loop-budget.ts";
import { FILE_MODE, FOLDER_MODE } from "../owner-only.ts";
import { syncFolder } from "../sync-folder.ts";
import { syncFileSystemInThread } from "./commit-thread.ts";
import { errorCode, type FileInfo, type FileLayer, type OpenFile, type OpenMode } from "./file-layer.ts";
import { journalsAreSupported, tryLock, unlock } from "./system-calls.ts";

const FLAGS: Readonly<Record<OpenMode, string>> = { create: "wx+", update: "r+", read: "r" };

/** Of what looks at files and names, which takes microseconds while the kernel has them in memory. */
const names = new LoopBudget();

/** Runs an operation in the event loop, or in the thread pool after slow ones. */
async function quickly<T>(here: () => T, inPool: () => Promise<T>): Promise<T> {
  return names.exceeded() ? inPool() : names.run(here);
}

/** The file layer of the operating system; everything slow runs in the thread pool. */
export const nodeFiles: FileLayer = {
  open: (path, mode) => orAbsent(open(path, FLAGS[mode], FILE_MODE).then(openFile), undefined),
  readFile: (path) => orAbsent(readFile(path), undefined),
  async info(path) {
    const stats = await quickly(
      () => statSync(path, { throwIfNoEntry: false }),
      () => orAbsent(stat(path), undefined),
    );
    return stats === undefined ? undefined : toInfo(stats);
  },
  rename: (from, to) =>
    orAbsent(
      done(
        quickly(
          () => renameSync(from, to),
          () => rename(from, to),
        ),
      ),
      false,
    ),
  unlink: (path) => orAbsent(done(unlink(path)), false),
  makeFolder: (path) => mkdir(path, FOLDER_MODE).then(() => true, existing),
  list: listFolder,
  syncFolder,
  syncFileSystem: journalsAreSupported ? syncFileSystemInThread : undefined,
};

function openFile(handle: FileHandle): OpenFile {
  const budget = new LoopBudget();
  return {
    write(bytes, position) {
      if (budget.exceeded()) return writeInPool(handle, bytes, position);
      budget.run(() => writeHere(handle.fd, bytes, position));
      return undefined;
    },
    read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
    info: async () =>
      toInfo(
        await quickly(
          () => fstatSync(handle.fd),
          () => handle.stat(),
        ),
      ),
    truncate: (size) => handle.truncate(size),
    datasync: () => handle.datasync(),
    tryLock: () => tryLock(handle.fd),
    unlock: () => unlock(handle.fd),
    close: () => handle.close(),
  };
}

function writeHere(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

async function writeInPool(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function* listFolder(path: string): AsyncIterable<string> {
  const folder = await orAbsent(opendir(path), undefined);
  if (folder === undefined) return;
  for await (const entry of folder) yield entry.name;
}

function toInfo(stats: { readonly size: number; readonly mtimeMs: number; readonly ctimeMs: number; readonly ino: number }): FileInfo {
  return { size: stats.size, modifiedAt: stats.mtimeMs, inode: stats.ino, changedAt: stats.ctimeMs };
}

async function done(operation: Promise<void>): Promise<boolean> {
  await operation;
  return true;
}

async function orAbsent<T, A>(operation: Promise<T>, absent: A): Promise<T | A> {
  try {
    return await operation;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return absent;
    throw error;
  }
}

function existing(error: unknown): false {
  if (errorCode(error) === "EEXIST") return false;
  throw error;
}
