import type { Access } from "../access/access.ts";
import type { TypeTable } from "../artifacts/type-table.ts";
import type { ContentStore } from "../storage/content-store.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { MetadataStore } from "../storage/metadata/store.ts";
import type { CatalogWatch } from "../storage/watch-catalog.ts";

/** What every use case of the package manager works on. */
export interface Catalog {
  readonly metadata: MetadataStore;
  readonly content: ContentStore;
  readonly access: Access;
  /** The artifact types that are known and taken at this moment. */
  types(): TypeTable;
  /** What was declared; to be refreshed after a change, so that it counts at once. */
  readonly declared: Pick<CatalogWatch, "current" | "refresh">;
  readonly now: () => Millis;
}
