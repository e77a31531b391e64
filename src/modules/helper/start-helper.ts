import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "../../client/environment.ts";
import { embeddedHelper } from "./embedded-helper.ts";
import { ModuleError } from "./helper.ts";
import { type HelperProcess, startHelperProcess } from "./helper-process.ts";

/** Finds the helper and starts it. @throws ModuleError `general` where there is none or it cannot be started */
export async function startHelper(env: Environment): Promise<HelperProcess> {
  return startHelperProcess(await findHelper(env));
}

/** The source tree, where there is one. */
const ROOT = dirname(dirname(dirname(import.meta.dirname)));

/** Where the build puts the helper there. */
const SOURCE_TREE = join(ROOT, "cue", "bin", process.platform === "win32" ? "opm-cue.exe" : "opm-cue");

/**
 * The helper's program: the one that `OPM_CUE_HELPER` names, else the one that this executable carries, else the one that was built
 * in the source tree.
 * @throws ModuleError `general` where there is none
 */
export async function findHelper(env: Environment): Promise<string> {
  const named = env.OPM_CUE_HELPER;
  if (named) {
    if (!existsSync(named)) throw new ModuleError("general", `${named}, which OPM_CUE_HELPER names as the CUE helper, is not there: unset it, or name opm-cue`);
    return named;
  }
  const embedded = await embeddedHelper(env);
  if (embedded !== undefined) return embedded;
  if (existsSync(SOURCE_TREE)) return SOURCE_TREE;
  throw missingHelper(existsSync(join(ROOT, "package.json")) ? ROOT : undefined);
}

/** @param source the folder where opm lies as source; undefined for an executable */
export function missingHelper(source: string | undefined): ModuleError {
  const remedy =
    source === undefined
      ? "this opm was built without it: use another build of it"
      : `install Go 1.26 or later (https://go.dev/dl) and run 'npm run build:cue' in ${source}`;
  return new ModuleError("general", `the CUE helper opm-cue is missing, which modules and certificates need: ${remedy}, or name one with OPM_CUE_HELPER`);
}
