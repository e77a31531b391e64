import type { Access } from "../access/access.ts";
import type { TypeTable } from "../artifacts/type-table.ts";
import type { ContentStore } from "../storage/content-store.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { PortName, Ports } from "../storage/metadata/store.ts";
import type { CatalogWatch } from "../storage/watch-catalog.ts";

/** What every use case of the package manager works on; a use case names the ports that it needs: `Catalog<"tags">`. */
export interface Catalog<Port extends PortName = PortName> {
  readonly metadata: Ports<Port>;
  readonly content: ContentStore;
  readonly access: Access;
  /** The artifact types that are known and taken at this moment. */
  types(): TypeTable;
  /** What was declared; to be refreshed after a change, so that it counts at once. */
  readonly declared: Pick<CatalogWatch, "current" | "refresh">;
  readonly now: () => Millis;
}
