import { open, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileError } from "../../client/content/files.ts";
import { trySyncFolder } from "../../client/content/try-sync-folder.ts";
import { MODULE_FOLDER } from "../module-root.ts";

/** Texts of a module's files: what is left out stays as it is, null goes. */
export interface ModuleTexts {
  readonly module?: string | undefined;
  readonly local?: string | null | undefined;
}

/** A file of the module, relative to its root, by what the helper calls it. */
const FILES = { module: `${MODULE_FOLDER}/module.cue`, local: `${MODULE_FOLDER}/local-module.cue` } as const;

/**
 * Writes the files of a module that change; call it under the lock. Each is there in full or as it was, also when the machine stops.
 * @returns the files that were written or removed, relative to the root
 */
export async function writeModuleTexts(root: string, texts: ModuleTexts): Promise<string[]> {
  const written: string[] = [];
  // replacements go last: module.cue is right without them
  for (const name of ["module", "local"] as const) {
    const text = texts[name];
    const path = join(root, FILES[name]);
    if (text === undefined || (await readText(path)) === (text ?? undefined)) continue;
    if (text === null) await rm(path, { force: true });
    else await replaceText(path, text);
    written.push(FILES[name]);
  }
  return written;
}

/** Puts a text in the place of a file, of which nobody ever sees a part. A link stays one: what it leads to changes, and keeps its mode and owner. */
export async function replaceText(path: string, text: string): Promise<void> {
  const target = await targetOf(path);
  const partial = `${target}.${crypto.randomUUID()}.partial`;
  try {
    const before = await stat(target).catch(() => undefined);
    const file = await open(partial, "wx", before === undefined ? 0o666 : 0o600);
    try {
      await file.writeFile(text);
      // only an administrator can give a file away
      if (before !== undefined) await file.chown(before.uid, before.gid).catch(() => {});
      if (before !== undefined) await file.chmod(before.mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, target);
    await trySyncFolder(dirname(target));
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {});
    throw fileError(`cannot write ${path}`, cause);
  }
}

/** Where links lead, also when nothing is there yet. */
async function targetOf(path: string): Promise<string> {
  return await realpath(path).catch(async () => {
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : resolve(dirname(path), link);
  });
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch(() => undefined);
}
