import type { AccessScope } from "../transport/request.ts";

/**
 * The scopes of a token request: what the request needs and what the challenge names, one entry a resource, sorted, so
 * that equal needs share a token (distribution, "Token Scope").
 */
export function mergeScopes(scopes: readonly AccessScope[], challenged = ""): string[] {
  const actions = new Map<string, Set<string>>();
  const add = (resource: string, names: readonly string[]) => {
    const known = actions.get(resource) ?? new Set();
    for (const name of names) if (name !== "") known.add(name);
    actions.set(resource, known);
  };
  for (const scope of scopes) {
    if ("registry" in scope) add(`registry:${scope.registry}`, ["*"]);
    else add(`repository:${scope.repository}`, scope.actions);
  }
  for (const text of challenged.split(" ")) {
    const colon = text.lastIndexOf(":");
    if (colon > 0) add(text.slice(0, colon), text.slice(colon + 1).split(","));
  }
  return [...actions].map(([resource, names]) => `${resource}:${[...names].sort().join(",")}`).sort();
}
