import type { CatalogChange } from "../catalog-store.ts";
import type { Actor, Millis } from "../metadata-store.ts";
import type { Executor } from "./executor.ts";

export async function changeCatalog(
  x: Executor,
  request: { readonly changes: readonly CatalogChange[]; readonly actor: Actor; readonly now: Millis },
): Promise<void> {
  throw new Error(`not there yet: ${request.changes.length} ${x.dialect.name}`);
}
