import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ModuleError } from "./helper/helper.ts";

/** The folder that makes of the one around it a module. */
export const MODULE_FOLDER = "cue.mod";

/**
 * The root of the module that a folder belongs to: the nearest one above it that has `cue.mod`. Absolute.
 * @throws ModuleError `not-found` where there is none, `invalid` inside of `cue.mod`, except for its folders of packages
 */
export async function findModuleRoot(start: string): Promise<string> {
  const from = resolve(start);
  if (isInsideModuleFolder(from)) throw new ModuleError("invalid", `${from} is inside of ${MODULE_FOLDER}: go to the folder around it`);
  if (!existsSync(from)) throw new ModuleError("not-found", `${start}: there is no such folder`);
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, MODULE_FOLDER))) return folder;
    if (basename(folder) === "" || dirname(folder) === folder) break;
  }
  throw new ModuleError("not-found", `${from} is in no module: no folder above it has ${MODULE_FOLDER}; run 'opm mod init' to make one`);
}

/** True below `cue.mod`, which is no place for modules; packages that were copied to its `pkg`, `gen` and `usr` may be modules. */
export function isInsideModuleFolder(path: string): boolean {
  const parts = path.split(/[\\/]/);
  const at = parts.lastIndexOf(MODULE_FOLDER);
  return at >= 0 && !["pkg", "gen", "usr"].includes(parts[at + 1] ?? "");
}
