import { basePathProblem } from "../module-path.ts";
import { locate } from "../routing/locate.ts";
import type { ModuleRouting, Route } from "../routing/routing.ts";
import type { RegistryPath } from "./registry-path.ts";

/** The modules that a routing has at a place, by the longest prefix first; none where a tag says which module it is. */
export function modulesAt(at: RegistryPath, routing: ModuleRouting): string[] {
  const found = routing.routes.flatMap((route) => {
    const path = pathAt(at, route);
    if (path === undefined || basePathProblem(path) !== undefined) return [];
    const location = locate(routing, path);
    const isSame = location?.host === at.host && location.repository === at.path && (at.insecure ?? location.insecure) === location.insecure;
    return isSame ? [path] : [];
  });
  return [...new Set(found)];
}

/** The longest end of a path that is a module path, to say what is missing in the configuration. */
export function moduleCandidate(path: string): string | undefined {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(index).join("/")).find((end) => basePathProblem(end) === undefined);
}

function pathAt(at: RegistryPath, route: Route): string | undefined {
  const { host, repository, pathEncoding = "path", prefix, stripPrefix } = route;
  if (host !== at.host || pathEncoding !== "path") return undefined;
  if (repository !== "" && at.path !== repository && !at.path.startsWith(`${repository}/`)) return undefined;
  const rest = repository === "" ? at.path : at.path.slice(repository.length + 1);
  if (stripPrefix !== true || prefix === "") return rest;
  return rest === "" ? prefix : `${prefix}/${rest}`;
}
