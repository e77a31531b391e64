import { ConfigError } from "../../yaml/config-error.ts";
import { readModuleConfig } from "./config-file.ts";
import { parseCueRegistry, type ReadRegistryFile } from "./cue-registry.ts";
import { routingOf } from "./format.ts";
import { findClashes, mergeLayers, type ShadowedRoute } from "./layers.ts";
import { checkPackagesRegistry, MODULE_REGISTRY, packagesRegistryAdvice } from "./packages-registry.ts";
import { DEFAULT_ROUTE, isConfigured, type ModuleRouting, type Route } from "./routing.ts";

export interface RoutingSources {
  readonly flags: { readonly registry?: string | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder; `HOME` of the environment where it is left out. */
  readonly home?: string | undefined;
  /** Evaluates `inline:` and `file:` of CUE_REGISTRY. Default: a helper of its own does. */
  readonly readFile?: ReadRegistryFile;
}

/** A routing, and how it came about. */
export interface LoadedRouting extends ModuleRouting {
  /** What was said and does not count, for `opm config show`. */
  readonly shadowed: readonly ShadowedRoute[];
  /** What stops nothing but was hardly meant, a line each. */
  readonly warnings: readonly string[];
  /** True where there is a `~/.opm/config.yaml`. */
  readonly configFile: boolean;
}

/**
 * Which registry has which modules, of `--registry`, `OPM_MODULE_REGISTRY`, `~/.opm/config.yaml`, `CUE_REGISTRY` and CUE's own default, in
 * this order: each answers for the modules that it names, one with a registry for all modules leaves nothing to the next. Within
 * one of them the longest prefix wins. An empty variable counts as not set.
 * @throws ConfigError with what is wrong, and where
 */
export async function loadRouting(sources: RoutingSources): Promise<LoadedRouting> {
  const { flags, env, home = env.HOME, readFile = withHelper(env) } = sources;
  if (!flags.registry) checkPackagesRegistry(env);
  const read = async (value: string | undefined, origin: string): Promise<Route[]> => (value ? await parseCueRegistry(value, origin, readFile) : []);
  const [flag, own, config, cue] = await settle([
    read(flags.registry, "--registry"),
    read(env[MODULE_REGISTRY], MODULE_REGISTRY),
    readModuleConfig(home),
    read(env.CUE_REGISTRY, "CUE_REGISTRY"),
  ]);
  const { routes, shadowed } = mergeLayers([flag, own, config.routes, cue, [DEFAULT_ROUTE]]);
  const clashes = findClashes(routes);
  if (clashes.length > 0) throw new ConfigError(clashes);
  const meant = shadowed.filter(({ route }) => isConfigured(route));
  const advice = packagesRegistryAdvice(env, routes);
  const unclear = advice === undefined ? {} : { unclear: advice };
  return {
    ...routingOf(routes),
    ...unclear,
    shadowed: meant,
    warnings: [...config.warnings, ...(advice === undefined ? [] : [advice])],
    configFile: config.found,
  };
}

/** All of them, or the problems of all that failed, at once. */
async function settle<T extends readonly unknown[]>(readings: { readonly [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const settled = await Promise.allSettled(readings);
  const failures = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const other = failures.find((reason) => !(reason instanceof ConfigError));
  if (other !== undefined) throw other;
  if (failures.length > 0) throw new ConfigError(failures.flatMap((reason) => (reason instanceof ConfigError ? reason.problems : [])));
  return settled.map((result) => (result.status === "fulfilled" ? result.value : undefined)) as unknown as T;
}

function withHelper(env: RoutingSources["env"]): ReadRegistryFile {
  return async (text, name) => (await import("./registry-file.ts")).readRegistryFile(text, name, env);
}
