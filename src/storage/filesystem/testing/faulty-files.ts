import type { FileLayer, OpenFile } from "../file-layer.ts";

export type Operation = "open" | "write" | "datasync" | "rename" | "syncFolder" | "read";

export interface FaultyFiles extends FileLayer {
  /** Makes calls of `operation` fail from now on, the first `after` of them excepted; undefined heals everything. */
  fail(operation: Operation | undefined, code?: string, after?: number): void;
  /** Handles that were opened and are not closed. */
  readonly openHandles: number;
}

/** A file layer over `files` that fails on request, as a full or a broken disk does. */
export function faultyFiles(files: FileLayer): FaultyFiles {
  let failing: Operation | undefined;
  let failure = "EIO";
  let spared = 0;
  let openHandles = 0;

  function hit(operation: Operation): void {
    if (operation !== failing) return;
    if (spared-- > 0) return;
    throw Object.assign(new Error(`${failure}: injected`), { code: failure });
  }

  function wrap(file: OpenFile): OpenFile {
    openHandles++;
    return {
      ...file,
      async write(bytes, position) {
        try {
          hit("write");
        } catch (error) {
          await file.write(bytes.subarray(0, bytes.length >> 1), position);
          throw error;
        }
        await file.write(bytes, position);
      },
      async read(buffer, position) {
        hit("read");
        return file.read(buffer, position);
      },
      async datasync() {
        hit("datasync");
        await file.datasync();
      },
      async close() {
        openHandles--;
        await file.close();
      },
    };
  }

  return {
    ...files,
    fail(operation, code = "EIO", after = 0) {
      failing = operation;
      failure = code;
      spared = after;
    },
    get openHandles() {
      return openHandles;
    },
    async open(path, mode) {
      if (mode === "create") hit("open");
      const file = await files.open(path, mode);
      return file === undefined ? undefined : wrap(file);
    },
    async rename(from, to) {
      hit("rename");
      return files.rename(from, to);
    },
    async syncFolder(path) {
      hit("syncFolder");
      await files.syncFolder(path);
    },
  };
}
