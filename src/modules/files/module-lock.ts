import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../../client/content/files.ts";
import { type FolderLockOptions, withFolderLock } from "../../client/folder-lock.ts";
import { MODULE_FOLDER } from "../module-root.ts";

/**
 * Runs work that changes the files of a module, while no other process does so. The file that is locked has no place in a published module.
 * @throws ClientError `general` when another process is at work for too long; `permission` when the folder cannot be written
 */
export async function withModuleLock<T>(root: string, work: () => Promise<T>, options: FolderLockOptions = {}): Promise<T> {
  const folder = join(root, MODULE_FOLDER);
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw fileError(`cannot change the module: cannot write ${folder}`, cause);
  });
  return await withFolderLock(folder, work, options);
}
