import type { Environment } from "../../client/environment.ts";
import { findHelper } from "./find-helper.ts";
import { type HelperProcess, startHelperProcess } from "./helper-process.ts";

/** Finds the helper and starts it. @throws ModuleError `general` where there is none or it cannot be started */
export async function startHelper(env: Environment): Promise<HelperProcess> {
  return startHelperProcess(await findHelper(env));
}
