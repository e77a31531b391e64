import { abbreviate } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { parseRepositoryName, type RepositoryName } from "../oci/name.ts";
import { type Action, REGISTRY_SCOPES, type RegistryScope } from "./principal.ts";

/** One part of the `scope` parameter of the token endpoint (distribution, "Token Scope Documentation"). */
export type RequestedScope =
  | { readonly type: "repository"; readonly name: RepositoryName; readonly actions: readonly string[] }
  | { readonly type: "registry"; readonly name: RegistryScope }
  /** Well-formed, of a type or name that this registry does not have. Nothing is granted for it. */
  | { readonly type: "other" };

/** Scopes in one request: a push that mounts from many repositories asks for some ten. */
const SCOPES_LIMIT = 100;

const SCOPE = /^([a-z0-9]+)(?:\([a-z0-9]+\))?:(.+):([a-z*]*(?:,[a-z*]+)*)$/;

/** The scope that lists need. It is asked for by whatever lists, and allows nothing else. */
export const CATALOG_SCOPE = "registry:catalog:*";
/** The scope that administration needs, beside the grant. */
export const ADMINISTRATION_SCOPE = "registry:administration:*";
/** The scope that one's own account needs. */
export const ACCOUNT_SCOPE = "registry:account:*";

/**
 * Parses the values of the parameter `scope`: it may be repeated, and each may hold several scopes separated by spaces.
 * @throws RegistryError `NAME_INVALID` for a repository name, `SCOPE_INVALID` for anything else that is malformed
 */
export function parseScopes(values: readonly string[]): RequestedScope[] {
  const texts = values.flatMap((value) => value.split(" ")).filter((text) => text !== "");
  if (texts.length > SCOPES_LIMIT) throw new RegistryError("SCOPE_INVALID", `too many scopes: expected at most ${SCOPES_LIMIT}`);
  return texts.map(parseScope);
}

function parseScope(text: string): RequestedScope {
  const [, type, name, actions] = text.length > 1024 ? [] : (SCOPE.exec(text) ?? []);
  if (type === undefined || name === undefined || actions === undefined) {
    throw new RegistryError("SCOPE_INVALID", `malformed scope '${abbreviate(text)}': expected <type>:<name>:<actions>, e.g. repository:team/app:pull,push`);
  }
  const list = actions.split(",").filter((action) => action !== "");
  if (type === "repository") return { type, name: parseRepositoryName(name), actions: list };
  const known = type === "registry" && list.includes("*") ? registryScope(name) : undefined;
  return known === undefined ? { type: "other" } : { type: "registry", name: known };
}

/** Undefined for a name that this registry does not have, e.g. of a later version. */
export function registryScope(name: string): RegistryScope | undefined {
  return REGISTRY_SCOPES.find((known) => known === name);
}

/** The scope to ask for when `action` is refused. Whoever pushes also reads what is there already. */
export function scopeFor(action: Action, repository: string): string {
  const actions: Readonly<Record<Action, string>> = { pull: "pull", push: "pull,push", delete: "pull,delete", admin: "*" };
  return `repository:${repository}:${actions[action]}`;
}
