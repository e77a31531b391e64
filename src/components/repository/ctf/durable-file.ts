import { renameSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { ByteStream } from "../../../client/content/content.ts";
import { fileError, writePartial } from "../../../client/content/files.ts";

/**
 * Writes a file so that it is there in full or not at all, also after a loss of power: beside its place, synchronised, then
 * renamed. The folder is made.
 */
export async function writeDurably(
  path: string,
  content: ByteStream | Uint8Array,
  { onBytes }: { readonly onBytes?: ((bytes: number) => void) | undefined } = {},
): Promise<void> {
  const partial = await writePartial(path, content, { onBytes, sync: true });
  try {
    renameSync(partial, path);
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
