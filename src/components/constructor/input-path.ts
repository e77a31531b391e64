import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { fileError } from "../../client/content/files.ts";
import { ComponentError } from "../component-error.ts";

export interface InputPath {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * Finds the file or folder that an input names: below the folder of the constructor file, also after links are followed.
 * @param folder that of the constructor file, links resolved
 * @throws ComponentError `invalid`; ClientError `not-found`
 */
export async function resolveInputPath(written: string, folder: string): Promise<InputPath> {
  if (isAbsolute(written) || written.includes("\0")) {
    throw new ComponentError("invalid", `'${written.slice(0, 160)}' is no path relative to the folder of the constructor file`);
  }
  const asked = join(folder, written);
  const path = isBelow(asked, folder) ? await realpath(asked).catch((cause) => Promise.reject(fileError(`cannot read ${written}`, cause))) : undefined;
  if (path === undefined || !isBelow(path, folder)) {
    throw new ComponentError("invalid", `'${written.slice(0, 160)}' is outside of the folder of the constructor file: move one of them`);
  }
  const found = await stat(path).catch((cause) => Promise.reject(fileError(`cannot read ${written}`, cause)));
  if (!found.isFile() && !found.isDirectory()) throw new ComponentError("invalid", `'${written}' is neither a file nor a folder`);
  return { path, isFolder: found.isDirectory() };
}

/** True for a folder itself, and for what is in it at any depth. Both are absolute. */
function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
