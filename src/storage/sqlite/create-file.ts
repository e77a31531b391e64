import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { FILE_MODE, FOLDER_MODE, keepToOwner } from "../owner-only.ts";
import { syncFolder } from "../sync-folder.ts";

/**
 * Creates the file where it is absent, with its folders, so that the loss of power does not take their names away. Only the account of
 * the registry may read it: it holds hashes of passwords and tokens.
 */
export async function createFile(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  const first = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await (await open(path, "a", FILE_MODE)).close();
  for (const suffix of ["", "-wal", "-shm"]) await keepToOwner(path + suffix);
  await syncFolder(folder);
  if (first === undefined) return;
  const top = dirname(first);
  for (let created = folder; created !== top; created = dirname(created)) await syncFolder(dirname(created));
}
