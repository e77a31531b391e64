/** What the store looks at in a file. `inode` tells whether two names or handles are the same file. */
export interface FileInfo {
  /** Bytes. */
  readonly size: number;
  /** Unix milliseconds, with a fraction. */
  readonly modifiedAt: number;
  readonly inode: number;
  /** When its data, names or rights last changed, which nobody can set: Unix milliseconds, with a fraction. */
  readonly changedAt: number;
}

/** An open file. Positions and sizes in bytes. Failures are the operating system's errors with their `code`. */
export interface OpenFile {
  /** Writes all of `bytes` at `position`. Undefined: it is done, which costs no promise. */
  write(bytes: Uint8Array, position: number): Promise<void> | undefined;
  /** Reads at most `buffer.length` bytes; 0 at the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  info(): Promise<FileInfo>;
  truncate(size: number): Promise<void>;
  /** Resolves when data and size survive a loss of power. */
  datasync(): Promise<void>;
  /** Takes the advisory lock of the file for this handle; false when another handle of any process has it. Never waits. */
  tryLock(): boolean;
  unlock(): void;
  close(): Promise<void>;
}

/** `create`: a new file, EEXIST when there is one. `update`: an existing file to read and write. `read`: an existing file. */
export type OpenMode = "create" | "update" | "read";

/**
 * Every file operation of the store goes through this interface, so that tests can record them and make them fail.
 * What is absent is `undefined` or `false`, never an error.
 */
export interface FileLayer {
  open(path: string, mode: OpenMode): Promise<OpenFile | undefined>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  info(path: string): Promise<FileInfo | undefined>;
  /** Replaces what is at `to`. False when nothing is at `from`. */
  rename(from: string, to: string): Promise<boolean>;
  unlink(path: string): Promise<boolean>;
  /** False when it is there. The parent must exist. */
  makeFolder(path: string): Promise<boolean>;
  /** Names in a folder, in no order; nothing when there is no such folder. */
  list(path: string): AsyncIterable<string>;
  /** Resolves when the names in the folder survive a loss of power: creations, renames and removals so far. */
  syncFolder(path: string): Promise<void>;
  /**
   * Resolves when everything on the file system of `path` so far survives a loss of power. Absent where the system cannot
   * do that, or has no locks: then there is no journal.
   */
  readonly syncFileSystem?: ((path: string) => Promise<void>) | undefined;
}

/** The `code` of an operating system's error, e.g. `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
