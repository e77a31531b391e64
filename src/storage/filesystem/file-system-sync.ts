import { dlopen } from "bun:ffi";
import { closeSync, openSync } from "node:fs";
import { locksAreSupported } from "./advisory-lock.ts";
import { fromCLibrary } from "./c-library.ts";

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
