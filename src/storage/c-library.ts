/** Paths of the C library. */
const PATHS = process.platform === "darwin" ? ["libSystem.dylib"] : ["libc.so.6", `/lib/libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];

/** What `load` makes of the path of the C library; undefined where it fails, e.g. for a function that is not there. */
export function fromCLibrary<T>(load: (path: string) => T): T | undefined {
  for (const path of PATHS) {
    try {
      return load(path);
    } catch {
      // Not this C library; the next one may be there.
    }
  }
  return undefined;
}
