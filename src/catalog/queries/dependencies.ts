import type { z } from "zod";
import type { Principal } from "../../access/principal.ts";
import type { Dependencies, dependenciesQuery } from "../../api/graph.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { dependencyDocument, isRepeated } from "../../packages/dependencies.ts";
import type { DeclaredDependency, GraphStore } from "../../storage/metadata/catalog/graph.ts";
import type { ManifestSummary } from "../../storage/metadata/manifests.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Catalog } from "../catalog.ts";
import { findManifest } from "./find-manifest.ts";
import { numberOf, type Page, pageSize } from "./paging.ts";
import { createResolver } from "./resolve-dependency.ts";

/** Dependencies of one answer: each is looked for in this registry. */
const ROWS = 200;

/** Children of an index whose declarations are read. */
const CHILDREN = 100;

/**
 * What an artifact depends on, and what suits best in this registry, of what the caller may pull.
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function dependencies(
  { metadata, access }: Catalog<"manifests" | "tags" | "repositories" | "graph">,
  principal: Principal,
  name: RepositoryName,
  query: z.output<typeof dependenciesQuery>,
  after: Position | undefined,
): Promise<Page<Dependencies>> {
  const { manifest } = await findManifest(metadata, name, query.reference);
  const { digest, problem } = manifest;
  const page = await declaredBy(metadata.graph, name, await declarers(metadata.graph, name, manifest), { after, limit: Math.min(pageSize(query.n), ROWS) });
  const resolve = createResolver(metadata, access.filter(principal, "pull"), name);
  const rows: Dependencies["dependencies"] = [];
  for (const row of page.rows.filter((each) => !isRepeated(each, digest)))
    rows.push({ ...dependencyDocument(row), declaredBy: row.declaredBy, resolved: await resolve(row) });
  return { reply: { name, digest, dependencies: rows, problem: problem ?? null }, next: page.next };
}

/** The artifact, and the children of an index: each may declare dependencies of its own. */
async function declarers(graph: GraphStore, name: RepositoryName, manifest: ManifestSummary): Promise<Digest[]> {
  if (manifest.kind !== "index") return [manifest.digest];
  const children = (await graph.edgesFrom(name, [manifest.digest], CHILDREN)).filter(({ kind }) => kind === "child");
  return [...new Set([manifest.digest, ...children.map(({ to }) => to)])];
}

/** Dependencies of one declarer after the other. A position names the declarer, and the last row of it that was shown. */
async function declaredBy(
  graph: GraphStore,
  name: RepositoryName,
  sources: readonly Digest[],
  { after, limit }: { readonly after: Position | undefined; readonly limit: number },
): Promise<{ readonly rows: readonly DeclaredDependency[]; readonly next: Position | undefined }> {
  const rows: DeclaredDependency[] = [];
  // A declarer that is gone since then is no reason to begin anew.
  const found = sources.indexOf((after?.name ?? sources[0]) as Digest);
  const first = found < 0 ? sources.length : found;
  let last = numberOf(after);
  for (const source of sources.slice(first)) {
    if (rows.length >= limit) return { rows, next: { key: 0, name: source } };
    const page = await graph.dependencies(name, source, { after: last, limit: limit - rows.length });
    rows.push(...page.rows);
    if (page.next !== undefined) return { rows, next: { key: page.next, name: source } };
    last = undefined;
  }
  return { rows, next: undefined };
}
