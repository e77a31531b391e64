import { dlopen } from "bun:ffi";

/** flock(2): operations as Linux and macOS number them. */
const LOCK_EXCLUSIVE_NO_WAIT = 2 | 4;
const UNLOCK = 8;

const LIBRARIES = process.platform === "darwin" ? ["libSystem.dylib"] : ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];

type Flock = (descriptor: number, operation: number) => number;

let flock: Flock | undefined | null = null;

/**
 * Takes the exclusive advisory lock of an open file. The system releases it when the file is closed or the process ends.
 * @returns false when another open file description has it. Always true on systems without flock(2).
 */
export function tryLock(descriptor: number): boolean {
  return load()?.(descriptor, LOCK_EXCLUSIVE_NO_WAIT) !== -1;
}

export function unlock(descriptor: number): void {
  load()?.(descriptor, UNLOCK);
}

/** False where several processes must not append to the same uploads, because nothing keeps them apart. */
export function locksAreSupported(): boolean {
  return load() !== undefined;
}

function load(): Flock | undefined {
  if (flock === null) flock = LIBRARIES.map(open).find((found) => found !== undefined);
  return flock;
}

function open(library: string): Flock | undefined {
  try {
    return dlopen(library, { flock: { args: ["i32", "i32"], returns: "i32" } }).symbols.flock;
  } catch {
    return undefined;
  }
}
