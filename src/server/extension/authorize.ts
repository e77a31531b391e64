import type { Access } from "../../access/access.ts";
import type { Principal } from "../../access/principal.ts";
import type { Operation } from "../../api/operation.ts";
import type { RepositoryName } from "../../oci/name.ts";

/**
 * Checks the right that the table names for an operation, and the right to pull, as every answer tells of what is there; lists
 * across repositories need the right to list at all. What the table leaves open, administration of a part, is for the handler to check.
 * @throws UnauthorizedError, RegistryError `NAME_UNKNOWN`, `DENIED`
 */
export function authorize(access: Access, principal: Principal, { action, administration, account, path }: Operation, name: RepositoryName | undefined): void {
  if (administration) access.authorizeAdministration(principal);
  else if (account !== undefined) access.authorizeAccount(principal, { change: account === "change" });
  else if (action !== undefined && name !== undefined) {
    for (const needed of new Set([action, "pull"] as const)) access.authorize(principal, needed, name);
  } else if (path.startsWith("/v2/")) access.authorizeCatalog(principal);
}
