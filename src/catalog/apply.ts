import type { z } from "zod";
import type { applied, applyBody } from "../api/administration.ts";
import type { Catalog } from "./catalog.ts";
import { changeDeclared } from "./change-declared.ts";
import { declarationsOf, storedDeclarations } from "./declarations.ts";
import type { Author } from "./places.ts";
import { planChanges } from "./plan.ts";

/**
 * Makes the registry what a catalog file declares, in one transaction; a second time there is nothing to do.
 * @throws UnauthorizedError, RegistryError `DENIED`, `UNSUPPORTED` (400, 409) with the reason; nothing is changed then
 */
export async function applyCatalog(catalog: Catalog, { principal, actor }: Author, body: z.output<typeof applyBody>): Promise<z.input<typeof applied>> {
  const { access, metadata, types } = catalog;
  access.authorizeAdministration(principal);
  const wanted = declarationsOf(body.catalog, types());
  const current = storedDeclarations(await metadata.declaredCatalog());
  const { steps, changes } = planChanges(current, wanted, body.prune === true);
  const dryRun = body.dryRun === true;
  if (!dryRun) await changeDeclared(catalog, changes, actor);
  return { dryRun, steps: [...steps] };
}
