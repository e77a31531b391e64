import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CliError, EXIT } from "./exit-code.ts";

/** The folder that makes a folder a module. */
const MODULE_FOLDER = "cue.mod";

/**
 * The root of the module that a folder is in: the nearest one upwards that has `cue.mod`. Absolute.
 * @throws CliError `notFound` where there is none, or no such folder; `invalid` within `cue.mod`
 */
export function findModuleRoot(path = "."): string {
  const start = resolve(path);
  const found = statSync(start, { throwIfNoEntry: false });
  if (found === undefined) throw new CliError(EXIT.notFound, `${path}: there is no such folder`);
  if (!found.isDirectory()) throw new CliError(EXIT.invalid, `${path} is no folder: give the folder of a module`);
  for (let folder = start; ; folder = dirname(folder)) {
    if (basename(folder) === MODULE_FOLDER && existsSync(join(folder, "module.cue"))) {
      throw new CliError(EXIT.invalid, `${start} is within ${MODULE_FOLDER} of a module: run the command in ${dirname(folder)}`);
    }
    if (existsSync(join(folder, MODULE_FOLDER))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new CliError(EXIT.notFound, `there is no module in ${start} or above it: make one with 'opm mod init <path>'`);
}
