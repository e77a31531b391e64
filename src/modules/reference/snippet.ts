import { MODULE_REGISTRY } from "../routing/packages-registry.ts";
import { isInsecureByDefault } from "../routing/registry-text.ts";
import { isConfigured, type ModuleRouting, type Route } from "../routing/routing.ts";

/** What a route that came from a reference is in the configuration. */
export interface AddedRoute {
  readonly route: Route;
  /** For `~/.opm/config.yaml`, on one line: `registries: {"lib.test": "localhost:5000/pre"}`. */
  readonly entry: string;
  /** The value of `CUE_REGISTRY` that makes `cue` find the same modules at the same places. */
  readonly cueRegistry: string;
  /** What to do, for the end of a message: `add this to ~/.opm/config.yaml: …`. */
  readonly advice: string;
}

/** @param routing with the route */
export function describeAdded(route: Route, routing: ModuleRouting): AddedRoute {
  const entry = `registries: ${entryOf(route)}`;
  // what the command line and this variable say goes before the file
  const stronger = routing.routes.find(
    (other) => isConfigured(other) && (other.origin === "--registry" || other.origin === MODULE_REGISTRY) && other.prefix === "",
  );
  const advice = stronger === undefined ? `add this to ~/.opm/config.yaml: ${entry}` : `give ${stronger.origin} the value '${routing.registry}'`;
  return { route, entry, cueRegistry: routing.registry, advice };
}

function entryOf({ prefix, host, repository, insecure, pathEncoding, stripPrefix }: Route): string {
  const url = `${host}${repository === "" ? "" : `/${repository}`}`;
  const more = {
    ...(insecure !== isInsecureByDefault(host) && { insecure }),
    ...(pathEncoding !== undefined && { pathEncoding }),
    ...(stripPrefix === true && { stripPrefix }),
  };
  const value =
    Object.keys(more).length === 0
      ? JSON.stringify(url)
      : `{${Object.entries({ url, ...more })
          .map(([key, said]) => `${key}: ${JSON.stringify(said)}`)
          .join(", ")}}`;
  return `{${JSON.stringify(prefix)}: ${value}}`;
}
