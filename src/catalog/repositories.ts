import type { z } from "zod";
import type { repositoryDefinition } from "../api/administration.ts";
import type { PackageDocument } from "../api/packages.ts";
import type { RepositoryName } from "../oci/name.ts";
import { audienceOf } from "../registry/audience.ts";
import { unknownRepository } from "../registry/blobs.ts";
import { findDependentsOfAll } from "../registry/dependents.ts";
import { refusedByPolicy } from "../registry/policy-error.ts";
import type { Catalog } from "./catalog.ts";
import { changeDeclared } from "./change-declared.ts";
import { toRepository } from "./definitions.ts";
import type { Author } from "./projects.ts";
import { getPackage } from "./queries/package-document.ts";
import { hasRight, requireRight } from "./rights.ts";

/**
 * Creates a repository, or replaces what was said of it. Who may push to a repository that is not there yet may create it.
 * @throws UnauthorizedError, RegistryError `DENIED`
 */
export async function putRepository(
  catalog: Catalog<"repositories" | "packages" | "definitions">,
  author: Author,
  name: RepositoryName,
  body: z.output<typeof repositoryDefinition>,
): Promise<PackageDocument> {
  const { access, metadata } = catalog;
  const mayPush = hasRight(access, author.principal, "push", [name]);
  if (!mayPush || (await metadata.repositories.find(name)) !== undefined) {
    requireRight(access, author.principal, { action: "admin", on: [name], what: `the repository ${name}` });
  }
  await changeDeclared(catalog, [{ kind: "put-repository", repository: toRepository(name, body) }], author.actor);
  return getPackage(catalog, author.principal, name);
}

/**
 * Removes a repository with its tags and manifests; the history stays.
 * @returns what the project's policy has to say of it
 * @throws UnauthorizedError, RegistryError `DENIED`, `NAME_UNKNOWN`
 */
export async function deleteRepository(
  catalog: Catalog<"manifests" | "tags" | "repositories" | "graph" | "definitions">,
  author: Author,
  name: RepositoryName,
): Promise<readonly string[]> {
  const { access, metadata } = catalog;
  for (const action of ["admin", "delete"] as const) requireRight(access, author.principal, { action, on: [name], what: `the repository ${name}` });
  if ((await metadata.repositories.find(name)) === undefined) throw unknownRepository(name);
  const finding = await findDependentsOfAll(metadata, name, audienceOf(access, author.principal));
  if (finding?.level === "enforce") throw refusedByPolicy(finding);
  await changeDeclared(catalog, [{ kind: "delete-repository", name }], author.actor);
  return finding === undefined ? [] : [finding.message];
}
