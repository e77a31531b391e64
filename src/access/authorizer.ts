import { RegistryError } from "../oci/errors.ts";
import type { Access } from "./access.ts";
import type { Evaluator, RepositoryFilter } from "./evaluator.ts";
import { ACTIONS, type Action, type Principal, type RegistryScope } from "./principal.ts";
import { ACCOUNT_SCOPE, ADMINISTRATION_SCOPE, CATALOG_SCOPE, scopeFor } from "./scope.ts";
import { UnauthorizedError } from "./unauthorized-error.ts";

type Authorizer = Pick<
  Access,
  "may" | "actions" | "filter" | "accountFilter" | "authorize" | "authorizePing" | "authorizeCatalog" | "authorizeAdministration" | "authorizeAccount"
>;

/** Turns what the evaluator says into answers and refusals. */
export function createAuthorizer({ evaluator, open }: { readonly evaluator: Evaluator; readonly open: boolean }): Authorizer {
  /** Whose rights count across repositories: all of the holder's only where the bearer token was issued for that very thing. */
  function across(principal: Principal, action: Action): Principal {
    const { bearer } = principal;
    if (bearer === undefined) return principal;
    return bearer.registry.has("administration") || (action === "pull" && bearer.registry.has("catalog")) ? bearer.holder : principal;
  }

  function filter(principal: Principal, action: Action): RepositoryFilter {
    return evaluator.filter(across(principal, action), action);
  }

  function authorizeCatalog(principal: Principal): void {
    assertScope(principal, "catalog", CATALOG_SCOPE);
    const nothing = filter(principal, "pull").prefixes?.length === 0;
    if (principal.anonymous && nothing) throw new UnauthorizedError("log in to list repositories", { scope: CATALOG_SCOPE });
  }

  return {
    may: evaluator.may,
    actions: (principal, repository) => ACTIONS.filter((action) => evaluator.may(across(principal, action), action, repository)),
    filter,
    accountFilter: (principal, action) => evaluator.filter({ ...principal, scopes: undefined, bearer: undefined }, action),
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
      if (principal.anonymous) throw new UnauthorizedError("log in as an administrator", { scope: ADMINISTRATION_SCOPE });
      if (principal.bearer !== undefined && evaluator.filter(principal.bearer.holder, "admin").all) {
        assertScope(principal, "administration", ADMINISTRATION_SCOPE);
      }
      throw new RegistryError("DENIED", `${principal.name} is no administrator: it takes a grant of admin on **`);
    },
    authorizeAccount(principal, { change }) {
      if (principal.anonymous) {
        if (open && !change) return;
        throw new UnauthorizedError("log in: this is about your own account", { scope: ACCOUNT_SCOPE });
      }
      assertScope(principal, "account", ACCOUNT_SCOPE);
      if (change && principal.accessToken !== undefined) {
        throw new RegistryError("DENIED", `an access token cannot change the account of ${principal.name}: log in with the password`);
      }
    },
  };
}

/** A bearer token narrows: what it was not issued for, its holder has to ask another one for. */
function assertScope({ bearer }: Principal, name: RegistryScope, scope: string): void {
  if (bearer === undefined || bearer.registry.has(name)) return;
  throw new UnauthorizedError(`the bearer token was not issued for ${scope}`, { scope, error: "insufficient_scope" });
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
