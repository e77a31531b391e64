import { renameSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { ByteStream } from "../../../client/content/content.ts";
import { fileError, writePartial } from "../../../client/content/files.ts";

export interface WriteDurablyOptions {
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Asked when all is written: false leaves what is there. */
  readonly isWanted?: () => boolean;
}

/**
 * Writes a file so that it is there in full or not at all, also after a loss of power: beside its place, synchronised, then
 * renamed. The folder is made. Gives whether it was written: false where it was not wanted any more.
 */
export async function writeDurably(path: string, content: ByteStream | Uint8Array, { onBytes, isWanted }: WriteDurablyOptions = {}): Promise<boolean> {
  const partial = await writePartial(path, content, { onBytes, sync: true });
  try {
    if (isWanted?.() === false) {
      await rm(partial);
      return false;
    }
    renameSync(partial, path);
    return true;
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {});
    throw fileError(`cannot write ${path}`, cause);
  }
}

/** Makes renames in a folder survive a loss of power, where the file system can do so. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  try {
    await folder?.sync();
  } catch {
    // some file systems do not synchronise folders
  } finally {
    await folder?.close();
  }
}
