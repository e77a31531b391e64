import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { syncFolder } from "../sync-folder.ts";

/** Only the account of the registry may read the file: it holds hashes of passwords and tokens. */
const MODE = 0o600;

/** Creates the file where it is absent, with its folders, so that the loss of power does not take their names away. */
export async function createFile(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  const first = await mkdir(folder, { recursive: true });
  await (await open(path, "a", MODE)).close();
  await syncFolder(folder);
  if (first === undefined) return;
  const top = dirname(first);
  for (let created = folder; created !== top; created = dirname(created)) await syncFolder(dirname(created));
}
