import { ModuleError } from "../helper/helper.ts";
import type { ModuleLocation } from "../helper/protocol.ts";
import { basePathProblem, splitModulePath } from "../module-path.ts";
import { withRoute } from "../routing/format.ts";
import { findClashes } from "../routing/layers.ts";
import { locate, locateBy, routeOf } from "../routing/locate.ts";
import { isConfigured, type ModuleRouting, type Route } from "../routing/routing.ts";
import { moduleCandidate, modulesAt } from "./modules-at.ts";
import { namedRoute, type ReferenceOptions, routeTo } from "./new-route.ts";
import { parseRegistryPath, type RegistryPath, splitVersion } from "./registry-path.ts";
import { type AddedRoute, describeAdded } from "./snippet.ts";

/** Where a reference leads, in terms that plain `cue` understands. */
export interface ReferenceTarget {
  /** The module's base path, such as `lib.test/base`. */
  readonly module: string;
  /** What stood behind `@` or `:`, unchecked: `v1.2.3`, `v1`, `latest`. Always undefined for a place to publish to. */
  readonly version: string | undefined;
  /** Where the module is by this routing; without tag. */
  readonly location: ModuleLocation;
  /** The routing to work with: the given one, or that with one route more. */
  readonly routing: ModuleRouting;
  /** What `opm` and other tools must be told to find the module there again; undefined where the configuration says so already. */
  readonly added: AddedRoute | undefined;
}

/**
 * Where `opm mod publish <reference>` pushes.
 *
 * - The module's own path: where the configuration has it; without one at the host that it names, never at a default registry.
 * - `host[:port][/folder]`: what the end of the folder has in common with the end of the module path is taken for the module,
 *   the rest for the folder that all modules are in: `localhost:5000/pre/base` and `localhost:5000/pre` are the same place for
 *   `lib.test/base`, which is then at `localhost:5000/pre/lib.test/base`.
 * - In a registry whose names have two parts (Docker Hub, and hosts that are configured with `pathEncoding: hashAsTag`) the
 *   reference is the repository, and the module's path goes into the tag, as CUE's `hashAsTag` has it.
 *
 * @param reference without version
 * @param module the module's path, with or without major
 * @throws ModuleError `invalid` for what is no such reference
 */
export function publishTarget(reference: string, module: string, routing: ModuleRouting, options: ReferenceOptions = {}): ReferenceTarget {
  const { base } = splitModulePath(module);
  const context = { routing, version: undefined, options };
  if (splitModulePath(reference.replace(/\/+$/, "")).base === base) return ownPath(base, context);
  const at = parseRegistryPath(reference);
  const route = routeOf(routing, base);
  const there = locate(routing, base);
  const isSameHost = there?.host === at.host && (at.insecure ?? there.insecure) === there.insecure;
  if (isSameHost && (at.path === there.repository || (at.path !== "" && at.path === route?.repository))) return byRouting(base, context);
  const wanted = routeTo(at, base, routing, options);
  const isSame = isSameHost && locateBy(wanted, base)?.repository === there.repository;
  return isSame ? byRouting(base, context) : extended(wanted, base, context);
}

/**
 * What `opm mod get <reference>` means: a module path, or the place of a module in a registry, each with `@version` or `:version`.
 *
 * A module path goes by the configuration; without one to the host that it names, never to a default registry. A place in a
 * registry must be where the configuration has the module.
 *
 * @throws ModuleError `invalid` for what is no such reference, or a place that the configuration does not lead to: the message has
 * the entry that is missing
 */
export function getTarget(reference: string, routing: ModuleRouting, options: ReferenceOptions = {}): ReferenceTarget {
  const { name: text, version } = splitVersion(reference);
  const isPath = basePathProblem(text) === undefined;
  const route = isPath ? routeOf(routing, text) : undefined;
  if (route !== undefined && isConfigured(route) && route.prefix !== "") return byRouting(text, { routing, version, options });
  const at = isPath && !text.includes("/") ? undefined : parseRegistryPath(text);
  const [module] = at === undefined ? [] : modulesAt(at, routing);
  if (module !== undefined) return byRouting(module, { routing, version, options });
  if (isPath) return ownPath(text, { routing, version, options });
  throw unrouted(at ?? parseRegistryPath(text), { routing, version, options });
}

interface Context {
  readonly routing: ModuleRouting;
  readonly version: string | undefined;
  readonly options: ReferenceOptions;
}

function ownPath(base: string, context: Context): ReferenceTarget {
  const route = routeOf(context.routing, base);
  if (route !== undefined && isConfigured(route)) return byRouting(base, context);
  return extended(namedRoute(base, context.routing, context.options), base, context);
}

function byRouting(base: string, { routing, version }: Context): ReferenceTarget {
  const location = locate(routing, base);
  if (location === undefined) {
    throw new ModuleError("not-found", `no registry has ${base}: ${routeOf(routing, base)?.origin ?? "the configuration"} says none`, {
      details: { module: base },
    });
  }
  return { module: base, version, location, routing, added: undefined };
}

/** The target by a route that nobody configured. */
function extended(route: Route, base: string, { routing, version }: Context): ReferenceTarget {
  const added = withRoute(routing, route);
  const [clash] = findClashes(added.routes);
  if (clash !== undefined) throw new ModuleError("invalid", clash.message);
  const location = locate(added, base);
  if (location === undefined) throw new ModuleError("invalid", `${route.host} is no registry`);
  return { module: base, version, location, routing: added, added: describeAdded(route, added) };
}

function unrouted(at: RegistryPath, context: Context): ModuleError {
  const written = `${at.host}/${at.path}`;
  const base = moduleCandidate(at.path);
  if (base === undefined) {
    const hint = "give the module's path, which begins with a domain, such as example.com/blog@v1.0.0";
    const problem = basePathProblem(written);
    const isPort = at.host.includes(":");
    return new ModuleError("invalid", isPort ? `${written} does not say which module it is: ${hint}` : `${written} is no module path, as ${problem}: ${hint}`);
  }
  const { added } = extended(routeTo(at, base, context.routing, context.options), base, context);
  const now = locate(context.routing, base);
  const where = now === undefined ? "in no registry" : `at ${now.host}/${now.repository}`;
  const said = routeOf(context.routing, base)?.origin ?? "default";
  const typed = `opm mod get ${base}${context.version === undefined ? "" : `@${context.version}`}`;
  const message = `${base} is ${where} (${said}), not at ${written}: ${added?.advice ?? ""}, then run: ${typed}`;
  return new ModuleError("invalid", message, { details: { module: base, ...(added && { registries: added.entry, cueRegistry: added.cueRegistry }) } });
}
