import { RegistryError } from "../oci/errors.ts";
import type { CatalogChange } from "../storage/metadata/catalog/definitions.ts";
import { MetadataStoreError } from "../storage/metadata/error.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { Catalog } from "./catalog.ts";

/**
 * Changes what is declared, in one transaction, and makes it count in this process at once.
 * @throws RegistryError `CONFLICT` when a step cannot be done; then none is
 */
export async function changeDeclared({ metadata, declared, now }: Catalog<"definitions">, changes: readonly CatalogChange[], actor: Actor): Promise<void> {
  if (changes.length === 0) return;
  try {
    await metadata.definitions.change({ changes, actor, now: now() });
  } catch (error) {
    if (!(error instanceof MetadataStoreError) || error.reason !== "conflict") throw error;
    throw new RegistryError("CONFLICT", error.message, { cause: error });
  }
  await declared.refresh();
}
