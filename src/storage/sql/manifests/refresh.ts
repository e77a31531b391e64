import type { ArtifactFacts } from "../../../artifacts/facts.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { ManifestEdge, ParsedManifest } from "../../../oci/manifest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { internMediaTypes } from "../content/rows.ts";
import { edgeKindCode, MANIFEST_KIND } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import type { RepositoryCounters } from "../repositories/counters.ts";
import { internTerms, termIds } from "../repositories/terms.ts";
import { storeDependencies } from "./dependencies.ts";
import { factColumns, type StoredFacts, storedFacts, termsOf, typeIn } from "./description.ts";

export interface Refresh {
  /** Of a visible manifest of the counters' repository, which is locked. */
  readonly id: number;
  readonly repository: RepositoryName;
  /** What was read of it now; undefined: what is stored stays. */
  readonly facts: ArtifactFacts | undefined;
}

/** Brings type, facts and terms of a manifest up to date, also of one that has just become visible again. */
export async function refreshManifest(
  x: Executor,
  counters: RepositoryCounters,
  { id, repository, facts }: Refresh,
): Promise<{ readonly type: number | undefined }> {
  const row = await queryOne<Row>(x, ROW, [id]);
  if (row === undefined) throw new Error(`no manifest has the number ${id}`);
  const manifest = toManifest(row, row.kind === MANIFEST_KIND.index ? await childEdges(x, id) : await layerEdges(x, id));
  const described = facts === undefined ? keptFacts(row, manifest, repository) : storedFacts(repository, manifest.edges, facts);
  const type = await typeIn(x, counters.repository, manifest);
  const typeId = type === undefined ? undefined : (await internMediaTypes(x, [type])).get(type);
  const terms = termsOf(manifest, type, described);
  const counted = termIds(await internTerms(x, terms), terms);
  const columns = { type_id: typeId ?? null, terms: JSON.stringify(counted), ...factColumns(described) };
  const assignments = Object.keys(columns).map((name, index) => `${name} = $${index + 2}`);
  await x.query(`UPDATE manifest SET ${assignments.join(", ")} WHERE id = $1`, [id, ...Object.values(columns)]);
  if (facts !== undefined) await storeDependencies(x, { id, repository: counters.repository }, facts.dependencies, false);
  if (row.terms !== null) counters.terms(-1, JSON.parse(row.terms));
  counters.terms(1, counted);
  return { type: typeId };
}

interface Row {
  readonly kind: number;
  readonly media_type: string;
  readonly artifact_type: string | null;
  readonly config_media_type: string | null;
  readonly subject: Digest | null;
  readonly annotations: string | null;
  readonly labels: string | null;
  readonly platforms: string | null;
  readonly provides: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly problem: string | null;
  readonly facts_version: number;
  readonly terms: string | null;
}

const typeName = (column: string): string => `(SELECT name FROM media_type WHERE id = ${column})`;

const ROW = `SELECT m.kind, ${typeName("m.media_type_id")} AS media_type, ${typeName("m.artifact_type_id")} AS artifact_type,
    ${typeName("m.config_media_type_id")} AS config_media_type, (SELECT digest FROM content WHERE id = m.subject_content_id) AS subject,
    m.annotations, m.labels, m.platforms, m.provides, m.title, m.description, m.problem, m.facts_version, m.terms
  FROM manifest m WHERE m.id = $1`;

function toManifest(row: Row, edges: readonly ManifestEdge[]): ParsedManifest {
  return {
    kind: row.kind === MANIFEST_KIND.index ? "index" : "image",
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    configMediaType: row.config_media_type ?? undefined,
    subject: row.subject ?? undefined,
    annotations: row.annotations === null ? {} : JSON.parse(row.annotations),
    edges,
  };
}

function keptFacts(row: Row, manifest: ParsedManifest, repository: RepositoryName): StoredFacts {
  const list = (json: string | null): string[] | undefined => (json === null ? undefined : JSON.parse(json));
  return {
    labels: row.labels === null ? {} : JSON.parse(row.labels),
    platforms: list(row.platforms) ?? storedFacts(repository, manifest.edges, undefined).platforms,
    provides: list(row.provides) ?? [],
    title: row.title ?? undefined,
    description: row.description ?? undefined,
    problem: row.problem ?? undefined,
    version: row.facts_version,
  };
}

interface EdgeRow {
  readonly digest: Digest;
  readonly size: number;
  readonly media_type: string;
  readonly artifact_type: string | null;
  readonly platform: string | null;
}

/** What an index lists, in its order. */
export function childEdges(x: Executor, manifest: number): Promise<ManifestEdge[]> {
  return edgesOf(x, manifest, "child");
}

/** The layers of an image, which may say what it is. */
function layerEdges(x: Executor, manifest: number): Promise<ManifestEdge[]> {
  return edgesOf(x, manifest, "layer");
}

async function edgesOf(x: Executor, manifest: number, kind: "child" | "layer"): Promise<ManifestEdge[]> {
  const rows = await x.query<EdgeRow>(
    `SELECT (SELECT digest FROM content WHERE id = e.content_id) AS digest, e.size, ${typeName("e.media_type_id")} AS media_type,
            ${typeName("e.artifact_type_id")} AS artifact_type, e.platform
       FROM manifest_edge e WHERE e.manifest_id = $1 AND e.kind = ${edgeKindCode(kind)} ORDER BY e.position`,
    [manifest],
  );
  return rows.map((row) => ({
    kind,
    digest: row.digest,
    size: row.size,
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    platform: row.platform === null ? undefined : JSON.parse(row.platform),
    required: false,
  }));
}
