import { dlopen } from "bun:ffi";
import { closeSync, openSync } from "node:fs";
import { fromCLibrary } from "../c-library.ts";

/** Operations of flock(2) as Linux and macOS number them. */
const LOCK_EXCLUSIVE_NO_WAIT = 2 | 4;
const UNLOCK = 8;

const flock = fromCLibrary((path) => dlopen(path, { flock: { args: ["i32", "i32"], returns: "i32" } }).symbols.flock);

/** False on systems without flock(2): there only one process at a time may use the folder. */
const locksAreSupported: boolean = flock !== undefined;

/**
 * Takes the exclusive advisory lock of an open file, which the system releases when the file is closed or the process ends.
 * False when another open file has it. Always true where locks are not supported.
 */
export function tryLock(descriptor: number): boolean {
  return flock?.(descriptor, LOCK_EXCLUSIVE_NO_WAIT) !== -1;
}

export function unlock(descriptor: number): void {
  flock?.(descriptor, UNLOCK);
}

const syncfs = fromCLibrary((path) => dlopen(path, { syncfs: { args: ["i32"], returns: "i32" } }).symbols.syncfs);

/** True where a journal may be kept: it needs syncfs(2), and locks to tell a journal in use from one left behind. */
export const journalsAreSupported: boolean = syncfs !== undefined && locksAreSupported;

/** Writes everything on the file system of `path` to the disk. Blocks the thread, possibly for seconds. */
export function syncFileSystemNow(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    if (syncfs?.(descriptor) !== 0) throw new Error(`cannot sync the file system of ${path}: check the disk and the system's log`);
  } finally {
    closeSync(descriptor);
  }
}
