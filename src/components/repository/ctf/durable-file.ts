import { renameSync } from "node:fs";
import { rm } from "node:fs/promises";
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
