import type { Stats } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { ClientError, isClientError } from "../../client-error.ts";
import { fileError, readFileStream } from "../../content/files.ts";
import type { FileTree, TreeFile } from "./file-tree.ts";

/**
 * The files of a folder. Symbolic links below it are not followed: they may lead anywhere on this machine.
 * @throws ClientError `not-found`
 */
export async function openFolderTree(folder: string): Promise<FileTree> {
  const root = await realpath(folder).catch((cause) => {
    throw fileError(`cannot read ${folder}`, cause);
  });
  const nameOf = (path: string) => (path === "" ? folder : join(folder, path));

  /** Undefined where there is nothing. */
  async function look(path: string): Promise<{ readonly full: string; readonly stats: Stats } | undefined> {
    const full = join(root, path);
    try {
      // of both the last part and those before it
      if ((await realpath(full)) !== full) throw new ClientError("invalid", `${nameOf(path)} is, or is below, a symbolic link, which is not followed`);
      return { full, stats: await lstat(full) };
    } catch (cause) {
      const error = fileError(`cannot read ${nameOf(path)}`, cause);
      if (isClientError(error, "not-found")) return undefined;
      throw error;
    }
  }

  async function entries(path: string) {
    const found = await look(path);
    if (found?.stats.isDirectory() !== true) return [];
    return await readdir(found.full, { withFileTypes: true }).catch((cause) => {
      throw fileError(`cannot read ${nameOf(path)}`, cause);
    });
  }

  async function fileAt(path: string) {
    const found = await look(path);
    // what waits for a writer, or has no end, is no file of a registry
    return found?.stats.isFile() === true ? { full: found.full, size: found.stats.size } : undefined;
  }

  async function* files(path: string, under = ""): AsyncGenerator<TreeFile> {
    for (const entry of await entries(join(path, under))) {
      const inner = join(under, entry.name);
      if (entry.isDirectory()) yield* files(path, inner);
      else if (entry.isFile()) yield { path: inner, size: (await fileAt(join(path, inner)))?.size ?? 0 };
    }
  }

  return {
    name: folder,
    async *list(path) {
      for (const entry of await entries(path)) yield { name: entry.name, kind: entry.isDirectory() ? "folder" : entry.isSymbolicLink() ? "link" : "file" };
    },
    files: (path) => files(path),
    size: async (path) => (await fileAt(path))?.size,
    async *open(path, { signal } = {}) {
      const file = await fileAt(path);
      if (file === undefined) throw new ClientError("not-found", `cannot read ${nameOf(path)}: there is no such file`);
      try {
        // as much memory as it has bytes: most files are small, and there are many
        yield* readFileStream(file.full, { length: file.size, ...(signal && { signal }) });
      } catch (cause) {
        throw fileError(`cannot read ${nameOf(path)}`, cause);
      }
    },
  };
}
