import { open } from "node:fs/promises";

/** Makes the names in a folder survive a loss of power, where system and file system can do so. Never throws. */
export async function trySyncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close().catch(() => undefined);
}
