import * as fs from "node:fs";
import { FILE_MODE, FOLDER_MODE } from "../owner-only.ts";
import { errorCode, type FileInfo, type FileLayer, type OpenFile, type OpenMode } from "./file-layer.ts";
import { journalsAreSupported, tryLock, unlock } from "./system-calls.ts";

const FLAGS: Readonly<Record<OpenMode, string>> = { create: "wx+", update: "r+", read: "r" };

/**
 * A file layer that blocks its thread, for a worker that does nothing else: a small operation costs a fraction of one that
 * goes through the thread pool.
 * @param syncFileSystem must not block the thread
 */
export function syncFiles(syncFileSystem: (path: string) => Promise<void>): FileLayer {
  return {
    open: async (path, mode) => orAbsent(() => openFile(fs.openSync(path, FLAGS[mode], FILE_MODE)), undefined),
    readFile: async (path) => orAbsent(() => fs.readFileSync(path), undefined),
    info: async (path) => orAbsent(() => toInfo(fs.statSync(path)), undefined),
    rename: async (from, to) => orAbsent(() => succeeded(() => fs.renameSync(from, to)), false),
    unlink: async (path) => orAbsent(() => succeeded(() => fs.unlinkSync(path)), false),
    makeFolder,
    async *list(path) {
      yield* orAbsent(() => fs.readdirSync(path), []);
    },
    async syncFolder(path) {
      const descriptor = fs.openSync(path, "r");
      try {
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
    },
    syncFileSystem: journalsAreSupported ? syncFileSystem : undefined,
  };
}

function openFile(descriptor: number): OpenFile {
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) done += fs.writeSync(descriptor, bytes, done, bytes.length - done, position + done);
    },
    read: async (buffer, position) => fs.readSync(descriptor, buffer, 0, buffer.length, position),
    info: async () => toInfo(fs.fstatSync(descriptor)),
    truncate: async (size) => fs.ftruncateSync(descriptor, size),
    datasync: async () => fs.fdatasyncSync(descriptor),
    tryLock: () => tryLock(descriptor),
    unlock: () => unlock(descriptor),
    close: async () => fs.closeSync(descriptor),
  };
}

async function makeFolder(path: string): Promise<boolean> {
  try {
    fs.mkdirSync(path, FOLDER_MODE);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function toInfo(stats: fs.Stats): FileInfo {
  return { size: stats.size, modifiedAt: stats.mtimeMs, inode: stats.ino, changedAt: stats.ctimeMs };
}

function succeeded(operation: () => void): true {
  operation();
  return true;
}

function orAbsent<T, A>(operation: () => T, absent: A): T | A {
  try {
    return operation();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return absent;
    throw error;
  }
}
