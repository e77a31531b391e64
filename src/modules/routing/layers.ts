import type { ConfigProblem } from "../../yaml/config-error.ts";
import { isPathPrefix } from "../module-path.ts";
import { isConfigured, NO_REGISTRY, type Route } from "./routing.ts";

/** A route that was given but never counts, for `opm config show`. */
export interface ShadowedRoute {
  readonly route: Route;
  /** The one that counts in its place. */
  readonly by: Route;
}

export interface MergedRoutes {
  readonly routes: readonly Route[];
  readonly shadowed: readonly ShadowedRoute[];
}

/**
 * Lays routes of several origins over each other. Each origin answers for the prefixes that it names, and for everything below
 * them that it does not name; only what it has no answer for comes from the next.
 * @param layers what counts most first
 */
export function mergeLayers(layers: readonly (readonly Route[])[]): MergedRoutes {
  const routes: Route[] = [];
  const shadowed: ShadowedRoute[] = [];
  for (const layer of layers) {
    const above = [...routes].sort((a, b) => b.prefix.length - a.prefix.length);
    for (const route of layer) {
      const by = above.find(({ prefix }) => isPathPrefix(prefix, route.prefix));
      if (by === undefined) routes.push(route);
      else shadowed.push({ route, by });
    }
  }
  return { routes, shadowed };
}

/** Hosts that one route speaks TLS to and another one does not: CUE refuses such a routing. Names what says so. */
export function findClashes(routes: readonly Route[]): ConfigProblem[] {
  const first = new Map<string, Route>();
  const problems: ConfigProblem[] = [];
  for (const route of routes) {
    if (route.host === NO_REGISTRY) continue;
    const other = first.get(route.host);
    if (other === undefined) first.set(route.host, route);
    else if (other.insecure !== route.insecure) problems.push(clash(other, route));
  }
  return problems;
}

function clash(one: Route, other: Route): ConfigProblem {
  const [secure, insecure] = one.insecure ? [other, one] : [one, other];
  const said = (route: Route) => `${nameOf(route)} (${route.origin})`;
  return {
    where: other.origin,
    path: "",
    message: `the registry ${one.host} is with TLS for ${said(secure)} and without for ${said(insecure)}: say the same for both`,
  };
}

/** Which rule a route is, for the end of a message: `as CUE_REGISTRY says for all modules`. */
export function ruleOf(route: Route): string {
  if (!isConfigured(route)) return "as nothing else is configured";
  const modules = route.prefix === "" ? "for all modules" : `for modules at and below ${route.prefix}`;
  return `as ${route.origin} says ${modules}`;
}

/** How a user calls a prefix: `*` stands for all other modules. */
export function nameOf({ prefix }: Pick<Route, "prefix">): string {
  return prefix === "" ? "*" : prefix;
}
