import type { Environment } from "../client/environment.ts";
import { parseCueRegistry } from "./routing/cue-registry.ts";
import { routingOf } from "./routing/format.ts";
import { readRegistryFile } from "./routing/registry-file.ts";
import { type ModuleRouting, NO_REGISTRY } from "./routing/routing.ts";

/**
 * The routing that a value in the form of `CUE_REGISTRY` says, and nothing else: what it does not name is nowhere.
 * @param origin what has the value, for messages
 * @throws ConfigError
 */
export async function routingOfText(text: string, origin: string, env: Environment): Promise<ModuleRouting> {
  const routes = await parseCueRegistry(text, origin, (file, name) => readRegistryFile(file, name, env));
  const rest = { prefix: "", host: NO_REGISTRY, repository: "", insecure: false, origin };
  return routingOf(routes.some(({ prefix }) => prefix === "") ? routes : [...routes, rest]);
}
