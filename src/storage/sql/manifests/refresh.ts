import type { ArtifactFacts } from "../../../artifacts/facts.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { ManifestEdge, ParsedManifest } from "../../../oci/manifest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { internMediaTypes } from "../content/rows.ts";
import { edgeKindCode, MANIFEST_KIND, tagClass } from "../engine/codes.ts";
import { assignments, orNull } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { digestOf, mediaTypeOf } from "../engine/names-of.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { isExempt, RepositoryCounters } from "../repositories/counters.ts";
import { lockRepository } from "../repositories/locks.ts";
import { internTerms, termIds } from "../repositories/terms.ts";
import { tagsOfManifest } from "../tags/change.ts";
import { storeDependencies } from "./dependencies.ts";
import { FACT_COLUMNS, factColumns, type StoredFacts, storedFacts, termsOf, typeIn } from "./description.ts";

const { content, manifest, manifest_edge, media_type } = tables;

const ONE = rowsOf(
  {
    kind: manifest.kind,
    media_type: media_type.name,
    artifact_type: orNull(media_type.name),
    config_media_type: orNull(media_type.name),
    subject: orNull(content.digest),
    annotations: manifest.annotations,
    labels: manifest.labels,
    platforms: manifest.platforms,
    provides: manifest.provides,
    title: manifest.title,
    description: manifest.description,
    problem: manifest.problem,
    facts_version: manifest.facts_version,
    terms: manifest.terms,
  },
  () => sql`SELECT m.kind, ${mediaTypeOf("m.media_type_id")} AS media_type, ${mediaTypeOf("m.artifact_type_id")} AS artifact_type,
    ${mediaTypeOf("m.config_media_type_id")} AS config_media_type, ${digestOf("m.subject_content_id")} AS subject,
    m.annotations, m.labels, m.platforms, m.provides, m.title, m.description, m.problem, m.facts_version, m.terms
  FROM manifest m WHERE m.id = ${"id"}`,
);
type StoredManifest = typeof ONE.gives;

const UPDATE = command(() => sql`UPDATE manifest SET ${assignments(["type_id", "terms", ...FACT_COLUMNS])} WHERE id = ${"id"}`);

const EDGES = rowsOf(
  {
    digest: content.digest,
    size: manifest_edge.size,
    media_type: media_type.name,
    artifact_type: orNull(media_type.name),
    platform: manifest_edge.platform,
  },
  () => sql`SELECT ${digestOf("e.content_id")} AS digest, e.size, ${mediaTypeOf("e.media_type_id")} AS media_type,
    ${mediaTypeOf("e.artifact_type_id")} AS artifact_type, e.platform
  FROM manifest_edge e WHERE e.manifest_id = ${"manifest"} AND e.kind = ${"kind"} ORDER BY e.position`,
);

export interface Refresh {
  /** Of a visible manifest of the counters's repository, which is locked. */
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
  const row = await queryOne(x, ONE, { id });
  if (row === undefined) throw new Error(`no manifest has the number ${id}`);
  const manifest = toManifest(row, row.kind === MANIFEST_KIND.index ? await childEdges(x, id) : await layerEdges(x, id));
  const described = facts === undefined ? keptFacts(row, manifest, repository) : storedFacts(repository, manifest.edges, facts);
  const type = await typeIn(x, repository, manifest);
  const typeId = type === undefined ? undefined : (await internMediaTypes(x, [type])).get(type);
  const terms = termsOf(manifest, type, described);
  const counted = termIds(await internTerms(x, terms), terms);
  const columns = { type_id: typeId ?? null, terms: JSON.stringify(counted), ...factColumns(described) };
  x.send(UPDATE, { id, ...columns });
  if (facts !== undefined) await storeDependencies(x, { id, repository: counters.repository }, facts.dependencies, false);
  if (row.terms !== null) counters.terms(-1, JSON.parse(row.terms));
  counters.terms(1, counted);
  return { type: typeId };
}

function toManifest(row: StoredManifest, edges: readonly ManifestEdge[]): ParsedManifest {
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

function keptFacts(row: StoredManifest, manifest: ParsedManifest, repository: RepositoryName): StoredFacts {
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

/** What an index lists, in its order. */
export function childEdges(x: Executor, manifest: number): Promise<ManifestEdge[]> {
  return edgesOf(x, manifest, "child");
}

/** The layers of an image, which may say what it is. */
function layerEdges(x: Executor, manifest: number): Promise<ManifestEdge[]> {
  return edgesOf(x, manifest, "layer");
}

async function edgesOf(x: Executor, manifest: number, kind: "child" | "layer"): Promise<ManifestEdge[]> {
  const rows = await x.query(EDGES, { manifest, kind: edgeKindCode(kind) });
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

const ID = rowsOf(
  { id: tables.manifest.id },
  () => sql`SELECT id FROM manifest
  WHERE repository_id = ${"repository"} AND content_id = (SELECT id FROM content WHERE digest = ${"digest"}) AND deleted_at IS NULL`,
);
/** Answers that hold as long as the revision have facts in them; to the repository's time of change they do not count. */
const REVISE = command(() => sql`UPDATE repository SET revision = revision + 1 WHERE id = ${"id"}`);

export async function putFacts(
  x: Executor,
  request: { readonly repository: RepositoryName; readonly digest: Digest; readonly facts: ArtifactFacts },
): Promise<void> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return;
  const manifest = await queryOne(x, ID, { repository: repository.id, digest: request.digest });
  if (manifest === undefined) return;
  const counters = new RepositoryCounters(repository.id);
  const { facts } = request;
  const { type } = await refreshManifest(x, counters, { id: manifest.id, repository: request.repository, facts });
  const tags = await tagsOfManifest(x, manifest.id);
  if (tags.some((tag) => !isExempt(tagClass(tag.class)))) counters.tagged(type, facts.title);
  await counters.write(x, undefined);
  x.send(REVISE, { id: repository.id });
}
