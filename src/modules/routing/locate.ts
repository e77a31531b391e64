import { createHash } from "node:crypto";
import type { ModuleLocation } from "../helper/protocol.ts";
import { isPathPrefix, splitModulePath } from "../module-path.ts";
import { type ModuleRouting, NO_REGISTRY, type Route } from "./routing.ts";

/** The route of a module: that of the longest prefix of its path. */
export function routeOf({ routes }: Pick<ModuleRouting, "routes">, path: string): Route | undefined {
  const { base } = splitModulePath(path);
  return routes.find(({ prefix }) => isPathPrefix(prefix, base));
}

/**
 * Where a module is: says what `cue mod resolve` says, without it.
 * @param path with or without major
 * @returns undefined where no registry has it
 */
export function locate(routing: Pick<ModuleRouting, "routes">, path: string, version?: string): ModuleLocation | undefined {
  const route = routeOf(routing, path);
  return route === undefined ? undefined : locateBy(route, path, version);
}

/** The same by a route that is known. */
export function locateBy(route: Route, path: string, version?: string): ModuleLocation | undefined {
  if (route.host === NO_REGISTRY) return undefined;
  const { base } = splitModulePath(path);
  const { host, insecure, prefixForTags = "" } = route;
  const tagged = route.pathEncoding === "hashAsTag" ? `${hashOf(base)}-${version}` : version;
  return {
    path,
    host,
    insecure,
    repository: repositoryOf(route, base),
    ...(version !== undefined && { version, tag: `${prefixForTags}${tagged}` }),
  };
}

function repositoryOf({ prefix, repository, pathEncoding = "path", stripPrefix }: Route, base: string): string {
  if (pathEncoding === "hashAsTag") return repository;
  if (pathEncoding === "hashAsRepo") return `${repository}/${hashOf(base)}`;
  const rest = stripPrefix === true && prefix !== "" ? base.slice(prefix.length + 1) : base;
  return [repository, rest].filter((part) => part !== "").join("/");
}

function hashOf(base: string): string {
  return createHash("sha256").update(base).digest("hex");
}
