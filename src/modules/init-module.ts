import { lstat, mkdir, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileError } from "../client/content/files.ts";
import { withModuleLock } from "./files/module-lock.ts";
import { writeModuleTexts } from "./files/write-texts.ts";
import { ModuleError } from "./helper/helper.ts";
import { isInsideModuleFolder, MODULE_FOLDER } from "./module-root.ts";
import type { ModuleSession } from "./module-session.ts";

export interface InitRequest {
  /** The folder that becomes a module; it is made where it is missing. */
  readonly folder: string;
  /** With or without major. */
  readonly path: string;
  /** Default: `self` for a path with a major, else none, as `cue mod init` has it. */
  readonly source?: "self" | "git";
  /** Default: that of the CUE in use. */
  readonly language?: string;
  readonly signal?: AbortSignal;
}

/**
 * Makes a module of a folder.
 * @returns its root, absolute, and the files that were written
 * @throws ModuleError `invalid` for a path that no module can have, and where there is a module already
 */
export async function initModule({ helper }: Pick<ModuleSession, "helper">, request: InitRequest): Promise<{ root: string; changed: string[] }> {
  const { path, language, signal } = request;
  const source = request.source ?? (path.includes("@") ? "self" : undefined);
  const root = resolve(request.folder);
  const folder = join(root, MODULE_FOLDER);
  if (isInsideModuleFolder(root)) throw new ModuleError("invalid", `${root} is inside of ${MODULE_FOLDER}, which cannot have modules`);
  if (await isThere(folder))
    throw new ModuleError("invalid", `${root} is a module already: it has ${MODULE_FOLDER}; 'opm mod edit --module' gives it another path`);
  const { text } = await helper.call(
    "init",
    { path, ...(source !== undefined && { source }), ...(language !== undefined && { language }) },
    signal === undefined ? {} : { signal },
  );
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw fileError(`cannot make ${folder}`, cause);
  });
  try {
    return { root, changed: await withModuleLock(root, () => writeModuleTexts(root, { module: text })) };
  } catch (error) {
    await rmdir(folder).catch(() => {});
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
