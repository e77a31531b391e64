import { closeSync, fsync, openSync } from "node:fs";
import { promisify } from "node:util";

const fsyncInPool = promisify(fsync);

/** Makes the entries of a folder survive the loss of power. Only the sync itself is worth another thread. */
export async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, "r");
  try {
    await fsyncInPool(folder);
  } finally {
    closeSync(folder);
  }
}
