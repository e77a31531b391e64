import type { Access } from "../access/access.ts";
import type { Action, Principal } from "../access/principal.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Right } from "./route.ts";

/** The checks of rights that are not on one repository. */
const CHECKS: Readonly<Record<Extract<Right, string>, (access: Access, principal: Principal) => void>> = {
  public: () => {},
  anyone: () => {},
  login: (access, principal) => access.authorizePing(principal),
  catalog: (access, principal) => access.authorizeCatalog(principal),
  administration: (access, principal) => access.authorizeAdministration(principal),
  account: (access, principal) => access.authorizeAccount(principal, { change: false }),
  "account-change": (access, principal) => access.authorizeAccount(principal, { change: true }),
};

/**
 * Checks the right that a route names.
 * @param name of the repository that the path names
 * @throws UnauthorizedError, RegistryError `NAME_UNKNOWN`, `DENIED`
 * @throws Error where the right is on a repository, and the path names none
 */
export function authorize(access: Access, principal: Principal, right: Right, name: RepositoryName | undefined): void {
  if (typeof right === "string") {
    CHECKS[right](access, principal);
    return;
  }
  if (name === undefined) throw new Error("the table of routes has a right on a repository where the path has no {name}");
  for (const action of right) access.authorize(principal, action, name);
}

/** What a caller needs a token for, as the challenge of a refusal names it. */
export interface NeededScope {
  readonly repository?: string;
  readonly actions?: readonly Action[];
}

/** The scope for a right on a repository; of other rights the refusal itself says which. */
export function neededScope(right: Right | undefined, repository: string | undefined): NeededScope {
  const action = typeof right === "object" ? right[0] : undefined;
  return action === undefined || repository === undefined ? {} : { repository, actions: action === "push" ? ["pull", "push"] : [action] };
}
