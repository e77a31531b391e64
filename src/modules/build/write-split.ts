import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../../client/content/files.ts";
import { ModuleError } from "../helper/helper.ts";

export interface SplitFile {
  /** A plain name, of no folder. */
  readonly name: string;
  readonly text: Uint8Array;
}

/**
 * Writes files into a folder, which is made where it is missing: all of them or none. Files with the same names are replaced, all
 * others stay.
 * @throws ModuleError `invalid` where a folder has one of the names; ClientError as the file system says
 */
export async function writeSplit(folder: string, files: readonly SplitFile[]): Promise<void> {
  let stage: string | undefined;
  try {
    await mkdir(folder, { recursive: true });
    stage = await mkdtemp(join(folder, ".opm-build-"));
    const replaced = await findReplaced(folder, files);
    for (const { name, text } of files) await writeFile(join(stage, name), text);
    await swapIn(folder, stage, files, replaced);
  } catch (cause) {
    if (cause instanceof ModuleError) throw cause;
    throw fileError(`cannot write to ${folder}`, cause);
  } finally {
    if (stage !== undefined) await rm(stage, { recursive: true, force: true }).catch(() => {});
  }
}

async function findReplaced(folder: string, files: readonly SplitFile[]): Promise<ReadonlySet<string>> {
  const replaced = new Set<string>();
  for (const { name } of files) {
    const there = await stat(join(folder, name)).catch(() => undefined);
    if (there?.isDirectory()) throw new ModuleError("invalid", `${join(folder, name)} is a folder: remove it, or choose another with --out-dir`);
    if (there !== undefined) replaced.add(name);
  }
  return replaced;
}

/** Moves files to their places. When one cannot be moved, those before it are taken back. */
async function swapIn(folder: string, stage: string, files: readonly SplitFile[], replaced: ReadonlySet<string>): Promise<void> {
  const old = join(stage, "old");
  await mkdir(old);
  for (const name of replaced) await copyFile(join(folder, name), join(old, name));
  const moved: string[] = [];
  try {
    for (const { name } of files) {
      await rename(join(stage, name), join(folder, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved) await (replaced.has(name) ? rename(join(old, name), join(folder, name)) : rm(join(folder, name)));
    throw error;
  }
}
