import type { Environment } from "../../client/environment.ts";
import { createHelper } from "../helper/create-helper.ts";
import { startHelper } from "../helper/start-helper.ts";
import type { RegistryFile } from "./cue-registry.ts";

/**
 * Has the helper evaluate CUE's registry configuration, in a process that ends with it: the helper of a command starts with the
 * routing that comes of it.
 * @throws ModuleError `invalid` for what CUE refuses, `general` without a helper
 */
export async function readRegistryFile(text: string, name: string, env: Environment): Promise<RegistryFile> {
  const helper = createHelper({ start: () => startHelper(env), methods: {} });
  try {
    return await helper.call("registryFile", { text, name });
  } finally {
    await helper.close();
  }
}
