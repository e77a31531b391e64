import { lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ClientError } from "./client-error.ts";
import { fileError } from "./content/files.ts";

/**
 * Looks whether a folder can be put in a place: what is there already may get more files and others, and stays what it is.
 * @throws ClientError `general` where a file is in the place of a folder, a link, or the other way round; nothing is changed
 */
export async function checkFolder(from: string, to: string): Promise<void> {
  await merge(from, to, { dry: true });
}

/** Puts a folder in its place: as a whole where there is none, else file by file. */
export async function placeFolder(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await merge(from, to, { dry: false });
    await rm(from, { recursive: true, force: true });
  } catch (cause) {
    throw fileError(`cannot write ${to}`, cause);
  }
}

async function merge(from: string, to: string, options: { readonly dry: boolean }): Promise<void> {
  const there = await kindOf(to);
  if (there === undefined) return options.dry ? undefined : await rename(from, to);
  if (there !== "folder") throw new ClientError("general", `cannot write ${to}: it is there and not a folder`);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await merge(source, target, options);
      continue;
    }
    if ((await kindOf(target)) === "folder") throw new ClientError("general", `cannot write ${target}: it is there and a folder`);
    if (!options.dry) await rename(source, target);
  }
}

async function kindOf(path: string): Promise<"folder" | "other" | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found === undefined ? undefined : found.isDirectory() ? "folder" : "other";
}
