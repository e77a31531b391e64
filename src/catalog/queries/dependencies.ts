import type { z } from "zod";
import type { Principal } from "../../access/principal.ts";
import type { Dependencies, dependenciesQuery } from "../../api/graph.ts";
import type { Dependency } from "../../artifacts/facts.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Position } from "../../storage/catalog-store.ts";
import type { Catalog } from "../catalog.ts";
import { findManifest } from "./find-manifest.ts";
import { numberOf, type Page, pageSize } from "./paging.ts";
import { createResolver } from "./resolve-dependency.ts";

/** Dependencies of one answer: each is looked for in this registry. */
const ROWS = 200;

/**
 * What an artifact depends on, and what suits best in this registry, of what the caller may pull.
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function dependencies(
  { metadata, access }: Catalog,
  principal: Principal,
  name: RepositoryName,
  query: z.output<typeof dependenciesQuery>,
  after: Position | undefined,
): Promise<Page<Dependencies>> {
  const { manifest } = await findManifest(metadata, name, query.reference);
  const { digest, problem } = manifest;
  const page = await metadata.dependencies(name, digest, { after: numberOf(after), limit: Math.min(pageSize(query.n), ROWS) });
  const resolve = createResolver(metadata, access.filter(principal, "pull"));
  const rows: Dependencies["dependencies"] = [];
  for (const row of page.rows) rows.push({ ...dependencyDocument(row), declaredBy: row.declaredBy, resolved: await resolve(row) });
  const next = page.next === undefined ? undefined : { key: page.next, name: "" };
  return { reply: { name, digest, dependencies: rows, problem: problem ?? null }, next };
}

/** A dependency as documents show it. */
export function dependencyDocument({ kind, key, name, registry, requirement, digest }: Dependency): {
  kind: Dependency["kind"];
  key: string;
  name: string;
  registry: string | null;
  requirement: string | null;
  digest: NonNullable<Dependency["digest"]> | null;
} {
  return { kind, key, name, registry: registry ?? null, requirement: requirement ?? null, digest: digest ?? null };
}
