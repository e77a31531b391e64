import { isRegistryHost } from "../../oci/image-reference.ts";
import { ConfigError } from "../../yaml/config-error.ts";
import { isConfigured, type Route } from "./routing.ts";

/** The variable that says where modules are, as `CUE_REGISTRY` has it. */
export const MODULE_REGISTRY = "OPM_MODULE_REGISTRY";

/** The variable that names the registry of commands on packages. It once said where modules are, too. */
const PACKAGES_REGISTRY = "OPM_REGISTRY";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Refuses a value that can only be meant for modules.
 * @throws ConfigError
 */
export function checkPackagesRegistry(env: Environment): void {
  const value = env[PACKAGES_REGISTRY];
  if (!value || env[MODULE_REGISTRY] || isRegistryHost(value.replace(/^https?:\/\//, "").replace(/\/$/, ""))) return;
  const message = `it is the registry that commands on packages work with, host[:port], and says nothing on modules: set ${MODULE_REGISTRY}='${value}' for those`;
  throw new ConfigError([{ where: PACKAGES_REGISTRY, path: "", message }]);
}

/** What to say where nothing but that variable could say where modules are; undefined where something else does. */
export function packagesRegistryAdvice(env: Environment, routes: readonly Route[]): string | undefined {
  const value = env[PACKAGES_REGISTRY];
  if (!value || env[MODULE_REGISTRY] || routes.some(isConfigured)) return undefined;
  return `${PACKAGES_REGISTRY}=${value} is for commands on packages, and nothing says where modules are: set ${MODULE_REGISTRY}=${value} if they are there as well`;
}
