import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "../../client/environment.ts";
import type { HelperProgram } from "./helper-process.ts";
import { HELPER_SHA256, unpackedHelper } from "./unpacked-helper.ts";

/** The source tree, where there is one. */
export const ROOT = dirname(dirname(dirname(import.meta.dirname)));

/** Where the build puts the helper there. */
const SOURCE_TREE = join(ROOT, "cue", "bin", process.platform === "win32" ? "opm-cue.exe" : "opm-cue");

/**
 * The helper's program, where it takes no work: the one that `OPM_CUE_HELPER` names, else the one that this executable carries and
 * has unpacked before, else the one that was built in the source tree. Whether the first is there is not looked at.
 */
export function helperAtHand(env: Environment): HelperProgram | undefined {
  if (env.OPM_CUE_HELPER) return { path: env.OPM_CUE_HELPER, isCarried: false };
  const unpacked = unpackedHelper(env);
  if (unpacked !== undefined) return { path: unpacked, isCarried: true };
  return HELPER_SHA256 === undefined && existsSync(SOURCE_TREE) ? { path: SOURCE_TREE, isCarried: false } : undefined;
}
