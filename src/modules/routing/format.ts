import { formatRegistryText } from "./registry-text.ts";
import { type ModuleRouting, NO_REGISTRY, type Route } from "./routing.ts";

/** Words before a colon that say how a value of `CUE_REGISTRY` is to be read. */
const KINDS = /^(?:simple|inline|file)(?::|$)/;

/** What one registry is in CUE's registry configuration. */
export interface RegistryEntry {
  readonly registry: string;
  readonly pathEncoding?: string;
  readonly prefixForTags?: string;
  readonly stripPrefix?: boolean;
}

/** A routing of these routes, sorted; the last one of each prefix counts. One of them must be for all other modules. */
export function routingOf(routes: readonly Route[]): ModuleRouting {
  const byPrefix = new Map(routes.map((route) => [route.prefix, route]));
  const sorted = [...byPrefix.values()].sort((a, b) => b.prefix.length - a.prefix.length || (a.prefix < b.prefix ? -1 : 1));
  return { routes: sorted, registry: formatRoutes(sorted) };
}

/** The routing with one route more, which takes the place of the one with its prefix. */
export function withRoute(routing: ModuleRouting, route: Route): ModuleRouting {
  return routingOf([...routing.routes, route]);
}

/** A value of `CUE_REGISTRY`: the simple form where it can say it all, else CUE in the value itself. */
export function formatRoutes(routes: readonly Route[]): string {
  if (!routes.every(isSimple)) return `inline:${JSON.stringify(fileOf(routes))}`;
  const text = routes.map((route) => `${route.prefix === "" ? "" : `${route.prefix}=`}${formatRegistryText(route)}`).join(",");
  return KINDS.test(text) ? `simple:${text}` : text;
}

/** One route as CUE's registry configuration has it. */
export function registryEntryOf(route: Route): RegistryEntry {
  const { pathEncoding = "path", prefixForTags, stripPrefix } = route;
  return {
    registry: formatRegistryText(route),
    ...(pathEncoding !== "path" && { pathEncoding }),
    ...(prefixForTags && { prefixForTags }),
    ...(stripPrefix === true && { stripPrefix }),
  };
}

function fileOf(routes: readonly Route[]) {
  const named = routes.filter(({ prefix }) => prefix !== "").map((route) => [route.prefix, registryEntryOf(route)] as const);
  const rest = routes.find(({ prefix }) => prefix === "");
  return { ...(named.length > 0 && { moduleRegistries: Object.fromEntries(named) }), ...(rest && { defaultRegistry: registryEntryOf(rest) }) };
}

function isSimple(route: Route): boolean {
  return route.host === NO_REGISTRY || Object.keys(registryEntryOf(route)).length === 1;
}
