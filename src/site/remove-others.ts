import { readdir, rm, rmdir } from "node:fs/promises";
import { fileError } from "../client/content/files.ts";
import { FOLDER_LOCK } from "../client/folder-lock.ts";
import type { SiteFile } from "./site-file.ts";
import { fileOf, RECORD_PATH, SITE_FOLDER } from "./site-paths.ts";

/** The folders that are a site's alone. */
const OWN = ["v2", SITE_FOLDER];

/** Every file of these folders, by its path in the site. */
export async function* ownFiles(folder: string): AsyncGenerator<string> {
  for (const name of OWN) yield* filesBelow(folder, name);
}

/**
 * Removes what the folders of a site have beside its files, and folders that become empty. Nothing outside of them is touched.
 * @returns how many files
 */
export async function removeOthers(folder: string, files: readonly SiteFile[]): Promise<number> {
  const wanted = new Set(files.map(({ path }) => path));
  let removed = 0;
  for await (const path of ownFiles(folder)) {
    if (wanted.has(path) || path === RECORD_PATH) continue;
    await rm(fileOf(folder, path), { force: true }).catch((cause: unknown) => {
      throw fileError(`cannot remove ${path} from ${folder}`, cause);
    });
    removed++;
  }
  for (const name of OWN) await removeEmpty(folder, name);
  return removed;
}

async function* filesBelow(folder: string, path: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(folder, path)) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, below);
    else if (!entry.name.startsWith(FOLDER_LOCK)) yield below;
  }
}

/** True when the folder is gone. */
async function removeEmpty(folder: string, path: string): Promise<boolean> {
  let isEmpty = true;
  for (const entry of await entriesOf(folder, path)) isEmpty = entry.isDirectory() && (await removeEmpty(folder, `${path}/${entry.name}`)) && isEmpty;
  if (!isEmpty) return false;
  return await rmdir(fileOf(folder, path)).then(
    () => true,
    () => false,
  );
}

async function entriesOf(folder: string, path: string) {
  try {
    return await readdir(fileOf(folder, path), { withFileTypes: true });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw fileError(`cannot read ${path} of ${folder}`, cause);
  }
}
