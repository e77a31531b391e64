import type { LoadedConfig } from "../../config/load.ts";
import type { ShownSetting } from "../../config/show.ts";
import { registryEntryOf } from "../../modules/routing/format.ts";
import { nameOf } from "../../modules/routing/layers.ts";
import { type LoadedRouting, loadRouting } from "../../modules/routing/load.ts";
import type { Route } from "../../modules/routing/routing.ts";
import { type ConfigOptions, loadConfigFor } from "../options/config.ts";

/** A setting, also one that does not count. */
export interface ShownModuleSetting extends ShownSetting {
  /** What counts in its place, as an origin; undefined for a setting in effect. */
  readonly shadowedBy?: string;
}

/** The routing that a command without `--registry` would use. */
export function loadModuleRouting(registry?: string): Promise<LoadedRouting> {
  return loadRouting({ flags: { registry }, env: process.env });
}

/** The settings of the server, and of modules. @throws ConfigError with what is wrong with either, at once */
export async function loadSettings(options: ConfigOptions): Promise<readonly [LoadedConfig, LoadedRouting]> {
  const [server, modules] = await Promise.allSettled([loadConfigFor(options), loadModuleRouting()]);
  if (server.status === "fulfilled" && modules.status === "fulfilled") return [server.value, modules.value];
  const { ConfigError } = await import("../../yaml/config-error.ts");
  const reasons: unknown[] = [server, modules].flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const problems = reasons.flatMap((reason) => (reason instanceof ConfigError ? reason.problems : []));
  throw reasons.find((reason) => !(reason instanceof ConfigError)) ?? new ConfigError(problems);
}

/** Where modules are, a setting for each prefix: those in effect, then those that something else covers. */
export function listModuleSettings({ routes, shadowed }: LoadedRouting): ShownModuleSetting[] {
  return [...routes.map(setting), ...shadowed.map(({ route, by }) => ({ ...setting(route), shadowedBy: by.origin }))];
}

function setting(route: Route): ShownModuleSetting {
  const entry = registryEntryOf(route);
  return { name: `registries.${nameOf(route)}`, value: Object.keys(entry).length === 1 ? entry.registry : entry, origin: route.origin };
}
