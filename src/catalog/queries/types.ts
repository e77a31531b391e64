import type { TypeList } from "../../api/packages.ts";
import type { Catalog } from "../catalog.ts";

/** Artifact types that this registry knows, and those it takes. */
export function listTypes({ types }: Pick<Catalog, "types">): TypeList {
  const table = types();
  return {
    types: table.list().map((known) => ({
      type: known.type,
      title: known.title,
      icon: known.icon,
      category: known.category,
      configMediaTypes: [...known.configMediaTypes],
      layerMediaTypes: [...known.layerMediaTypes],
      consume: known.consume ?? null,
      documentation: known.documentation ?? null,
      extractor: known.extractor ?? null,
      source: known.source,
      admitted: table.admits(known.type).ok,
    })),
    allow: [...table.allow],
    deny: [...table.deny],
  };
}
