import type { z } from "zod";
import type { applied, applyBody } from "../api/administration.ts";
import { RegistryError } from "../oci/errors.ts";
import type { CatalogChange } from "../storage/metadata/catalog/definitions.ts";
import type { Catalog } from "./catalog.ts";
import { changeDeclared } from "./change-declared.ts";
import { declarationsOf, storedDeclarations } from "./declarations.ts";
import { planChanges } from "./plan.ts";
import type { Author } from "./projects.ts";

/** Changes of one request, but for those of repositories: they are one transaction, during which pushes may wait. */
const CHANGES = 1000;

/** Changes of repositories of one request, and in one transaction. */
const REPOSITORIES = 10_000;
const BATCH = 200;

/**
 * Makes the registry what a catalog file declares; a second time there is nothing to do. Namespaces, projects, grants and types
 * change in one transaction or not at all. Repositories follow in batches: nothing about them can be refused any more, and
 * what a crash leaves over is done by the next time.
 * @throws UnauthorizedError, RegistryError `DENIED`, `BODY_INVALID`, `LIMIT_EXCEEDED`, `CONFLICT` with the reason; nothing is changed then
 */
export async function applyCatalog(
  catalog: Catalog<"definitions">,
  { principal, actor }: Author,
  body: z.output<typeof applyBody>,
): Promise<z.input<typeof applied>> {
  const { access, metadata, types } = catalog;
  access.authorizeAdministration(principal);
  const wanted = declarationsOf(body.catalog, types());
  const current = storedDeclarations(await metadata.definitions.declared());
  const { steps, changes } = planChanges(current, wanted, body.prune === true);
  const repositories = changes.filter(isOfRepository);
  const others = changes.filter((change) => !isOfRepository(change));
  requireAtMost(CHANGES, others, "changes of namespaces, projects and types");
  requireAtMost(REPOSITORIES, repositories, "changes of repositories");
  const dryRun = body.dryRun === true;
  if (!dryRun) {
    await changeDeclared(catalog, others, actor);
    for (let at = 0; at < repositories.length; at += BATCH) await changeDeclared(catalog, repositories.slice(at, at + BATCH), actor);
  }
  return { dryRun, steps: [...steps] };
}

function isOfRepository({ kind }: CatalogChange): boolean {
  return kind === "put-repository" || kind === "undeclare-repository";
}

function requireAtMost(limit: number, changes: readonly CatalogChange[], what: string): void {
  if (changes.length <= limit) return;
  throw new RegistryError(
    "LIMIT_EXCEEDED",
    `the file comes to ${changes.length} ${what}; one request makes ${limit} at most: apply it in parts, without prune`,
  );
}
