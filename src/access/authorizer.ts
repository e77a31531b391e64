import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Evaluator, RepositoryFilter } from "./evaluator.ts";
import { ACTIONS, type Action, type Principal, type RegistryScope } from "./principal.ts";
import { ACCOUNT_SCOPE, ADMINISTRATION_SCOPE, CATALOG_SCOPE, scopeFor } from "./scope.ts";
import { UnauthorizedError } from "./unauthorized-error.ts";

/** What a principal may do. */
export interface Authorizer {
  may(principal: Principal, action: Action, repository: RepositoryName | string): boolean;
  /** All that the principal may do on a repository, for lists. */
  actions(principal: Principal, repository: RepositoryName | string): Action[];
  /** The repositories a principal may do `action` on, for lists. */
  filter(principal: Principal, action: Action): RepositoryFilter;
  /** The repositories that its account may do `action` on, whatever the token that was used is narrowed to. Not for answers. */
  accountFilter(principal: Principal, action: Action): RepositoryFilter;
  /**
   * @throws UnauthorizedError when anonymous, or when a bearer token of wider scope would do
   * @throws RegistryError `NAME_UNKNOWN` when a known user wants to pull and has no right on the repository at all, else `DENIED`
   */
  authorize(principal: Principal, action: Action, repository: RepositoryName | string): void;
  /**
   * For `GET /v2/`, where clients learn how to log in: refuses requests without any credentials, except in open mode.
   * @throws UnauthorizedError
   */
  authorizePing(principal: Principal): void;
  /**
   * For lists of repositories, which `filter` then narrows.
   * @throws UnauthorizedError when anonymous may pull nothing, or the bearer token was not issued for `registry:catalog:*`
   */
  authorizeCatalog(principal: Principal): void;
  /**
   * For what is not about one repository, e.g. metrics: needs `admin` on all of them, except in open mode, and with a bearer token the
   * scope `registry:administration:*`.
   * @throws UnauthorizedError or RegistryError `DENIED`
   */
  authorizeAdministration(principal: Principal): void;
  /**
   * For one's own account. In open mode whoever did not log in may look, too.
   * @param needed `change`: takes the password, as an access token must not outgrow itself
   * @throws UnauthorizedError or RegistryError `DENIED`
   */
  authorizeAccount(principal: Principal, needed: { readonly change: boolean }): void;
}

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
