import { RegistryError } from "../oci/errors.ts";
import type { Access } from "./access.ts";
import type { Evaluator, RepositoryFilter } from "./evaluator.ts";
import type { Action, Principal } from "./principal.ts";
import { CATALOG_SCOPE, scopeFor } from "./scope.ts";
import { UnauthorizedError } from "./unauthorized-error.ts";

type Authorizer = Pick<Access, "may" | "actions" | "filter" | "authorize" | "authorizePing" | "authorizeCatalog" | "authorizeAdministration">;

/** Turns what the evaluator says into answers and refusals. */
export function createAuthorizer({ evaluator, open }: { readonly evaluator: Evaluator; readonly open: boolean }): Authorizer {
  function filter(principal: Principal, action: Action): RepositoryFilter {
    return evaluator.filter(principal.bearer?.catalog ? principal.bearer.holder : principal, action);
  }

  function authorizeCatalog(principal: Principal): void {
    if (principal.bearer !== undefined && !principal.bearer.catalog) {
      throw new UnauthorizedError(`the bearer token was not issued for ${CATALOG_SCOPE}`, { scope: CATALOG_SCOPE, error: "insufficient_scope" });
    }
    const nothing = filter(principal, "pull").prefixes?.length === 0;
    if (principal.anonymous && nothing) throw new UnauthorizedError("log in to list repositories", { scope: CATALOG_SCOPE });
  }

  return {
    may: evaluator.may,
    actions: (principal, repository) => evaluator.actions(principal.bearer?.catalog ? principal.bearer.holder : principal, repository),
    filter,
    authorize(principal, action, repository) {
      if (!evaluator.may(principal, action, repository)) throw refusal(evaluator, principal, action, repository);
    },
    authorizePing(principal) {
      if (open || !principal.anonymous || principal.bearer !== undefined) return;
      throw new UnauthorizedError("authentication required");
    },
    authorizeCatalog,
    authorizeAdministration(principal) {
      if (open || filter(principal, "admin").all) return;
      if (principal.anonymous) throw new UnauthorizedError("log in as an administrator", { scope: CATALOG_SCOPE });
      authorizeCatalog(principal);
      throw new RegistryError("DENIED", `${principal.name} is no administrator: it takes a grant of admin on **`);
    },
  };
}

function refusal(evaluator: Evaluator, principal: Principal, action: Action, repository: string): RegistryError {
  const holder = principal.bearer?.holder ?? principal;
  const scope = scopeFor(action, repository);
  if (holder !== principal && evaluator.may(holder, action, repository)) {
    return new UnauthorizedError(`the bearer token does not cover ${action} on ${repository}`, { scope, error: "insufficient_scope" });
  }
  if (principal.anonymous) return new UnauthorizedError(`log in to ${PHRASES[action]} ${repository}`, { scope });
  // The answer is the same whether the repository exists or not.
  if (action === "pull" && evaluator.actions(holder, repository).length === 0) return new RegistryError("NAME_UNKNOWN");
  return new RegistryError("DENIED", `${principal.name} may not ${PHRASES[action]} ${repository}`);
}

const PHRASES: Readonly<Record<Action, string>> = { pull: "pull from", push: "push to", delete: "delete from", admin: "administrate" };
