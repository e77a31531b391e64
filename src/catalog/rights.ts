import type { Access } from "../access/access.ts";
import type { Action, Principal } from "../access/principal.ts";
import { ADMINISTRATION_SCOPE } from "../access/scope.ts";
import { UnauthorizedError } from "../access/unauthorized-error.ts";
import { RegistryError } from "../oci/errors.ts";

/**
 * For administration beside the repositories' own endpoints: whoever makes the request needs `action` on every one of the names.
 * In open mode everybody may, as with all administration.
 * @param what is to be changed, for the message, e.g. `the project team/shop`
 * @throws UnauthorizedError when anonymous, or with a bearer token that covers neither the names nor `registry:administration:*`
 * @throws RegistryError `DENIED`
 */
export function requireRight(access: Access, principal: Principal, { action, on, what }: RightNeeded): void {
  if (hasRight(access, principal, action, on)) return;
  if (principal.anonymous) throw new UnauthorizedError(`log in to change ${what}`, { scope: ADMINISTRATION_SCOPE });
  if (principal.bearer !== undefined && hasRight(access, principal.bearer.holder, action, on)) {
    const message = `the bearer token does not cover what it takes to change ${what}`;
    throw new UnauthorizedError(message, { scope: ADMINISTRATION_SCOPE, error: "insufficient_scope" });
  }
  throw new RegistryError(
    "DENIED",
    `${principal.name} may not change ${what}: it takes a grant of ${action} on ${[...new Set(on.map(globFor))].join(" and ")}`,
  );
}

/** Whether `requireRight` would let it pass. */
export function hasRight(access: Access, principal: Principal, action: Action, on: readonly string[]): boolean {
  if (access.open) return true;
  const filter = access.filter(principal, action);
  return on.every((name) => filter.matches(name) || access.may(principal, action, name));
}

export interface RightNeeded {
  readonly action: Action;
  readonly on: readonly string[];
  readonly what: string;
}

/** No repository is named `_`: a right on such a name is one on whatever may come to be there. */
export function namespaceNames(namespace: string): string[] {
  return [`${namespace}/_`];
}

/** Names that only a right on all repositories of a project covers, by what their segments say. */
export function projectNames(namespace: string, project: string): string[] {
  if (project !== "_") return [`${namespace}/${project}/_`, `${namespace}/${project}/_/_`];
  return namespace === "library" ? ["_", "library/_"] : [`${namespace}/_`];
}

/** The grant that would do, as one would write it. */
function globFor(name: string): string {
  return name.replace(/(?:\/_)+$/, "/**").replace(/^_$/, "*");
}
