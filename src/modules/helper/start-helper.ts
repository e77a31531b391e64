import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../client/environment.ts";
import { takeEarly } from "./early-helper.ts";
import { ModuleError } from "./helper.ts";
import { helperAtHand, ROOT } from "./helper-at-hand.ts";
import { type HelperProcess, type HelperProgram, startHelperProcess } from "./helper-process.ts";

/** Finds the helper and starts it, unless it was started already. @throws ModuleError `general` where there is none or it cannot be started */
export async function startHelper(env: Environment): Promise<HelperProcess> {
  return takeEarly() ?? startHelperProcess(await findHelper(env));
}

/**
 * The helper's program: the one that `OPM_CUE_HELPER` names, else the one that this executable carries, else the one that was built
 * in the source tree.
 * @throws ModuleError `general` where there is none
 */
export async function findHelper(env: Environment): Promise<HelperProgram> {
  const named = env.OPM_CUE_HELPER;
  if (named && !existsSync(named)) {
    throw new ModuleError("general", `${named}, which OPM_CUE_HELPER names as the CUE helper, is not there: unset it, or name opm-cue`);
  }
  const found = helperAtHand(env) ?? (await embedded(env));
  if (found !== undefined) return found;
  throw missingHelper(existsSync(join(ROOT, "package.json")) ? ROOT : undefined);
}

async function embedded(env: Environment): Promise<HelperProgram | undefined> {
  const path = await (await import("./embedded-helper.ts")).embeddedHelper(env);
  return path === undefined ? undefined : { path, isCarried: true };
}

/** @param source the folder where opm lies as source; undefined for an executable */
export function missingHelper(source: string | undefined): ModuleError {
  const remedy =
    source === undefined
      ? "this opm was built without it: use another build of it"
      : `install Go 1.26 or later (https://go.dev/dl) and run 'npm run build:cue' in ${source}`;
  return new ModuleError("general", `the CUE helper opm-cue is missing, which modules and certificates need: ${remedy}, or name one with OPM_CUE_HELPER`);
}
