import type { Digest } from "../../../../oci/digest.ts";
import type { RepositoryName } from "../../../../oci/name.ts";
import type { Tag } from "../../../../oci/tag.ts";
import type { GraphEdge, GraphManifest } from "../../../metadata/catalog/graph.ts";
import { edgeKind } from "../../engine/codes.ts";
import { orNull, type Row } from "../../engine/columns.ts";
import type { Executor } from "../../engine/executor.ts";
import { digestOf, mediaTypeOf } from "../../engine/names-of.ts";
import { idTable, strings } from "../../engine/parameters.ts";
import { sql } from "../../engine/sql.ts";
import { rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { repositoryId } from "../../repositories/reads.ts";

const { content, manifest, manifest_edge, media_type, tag } = tables;

const EDGE = {
  source: content.digest,
  target: content.digest,
  kind: manifest_edge.kind,
  position: manifest_edge.position,
  size: manifest_edge.size,
  media_type: media_type.name,
  artifact_type: orNull(media_type.name),
  platform: manifest_edge.platform,
};

const EDGES = sql`SELECT ${digestOf("m.content_id")} AS source, ${digestOf("e.content_id")} AS target, e.kind, e.position, e.size,
    ${mediaTypeOf("e.media_type_id")} AS media_type, ${mediaTypeOf("e.artifact_type_id")} AS artifact_type, e.platform
  FROM manifest_edge e CROSS JOIN manifest m`;

const FROM = rowsOf(EDGE, () => sql`${EDGES} WHERE e.manifest_id = ${"manifest"} AND m.id = e.manifest_id ORDER BY e.position LIMIT ${"limit"}`);
const TO = rowsOf(
  EDGE,
  () => sql`${EDGES} WHERE e.content_id = (SELECT id FROM content WHERE digest = ${"digest"}) AND e.repository_id = ${"repository"}
    AND m.id = e.manifest_id AND m.deleted_at IS NULL
  ORDER BY e.manifest_id, e.position LIMIT ${"limit"}`,
);

const MANIFESTS = rowsOf(
  {
    id: manifest.id,
    digest: content.digest,
    media_type: media_type.name,
    size: manifest.size,
    type: orNull(media_type.name),
  },
  () => sql`SELECT m.id, ${digestOf("m.content_id")} AS digest, ${mediaTypeOf("m.media_type_id")} AS media_type, m.size,
    ${mediaTypeOf(sql`COALESCE(m.type_id, m.artifact_type_id, m.config_media_type_id)`)} AS type
  FROM ${idTable("ids", "page")} CROSS JOIN manifest m WHERE m.id = page.id ORDER BY m.id`,
);

const TAGGED = rowsOf(
  { manifest_id: tag.manifest_id, name: tag.name },
  () => sql`SELECT g.manifest_id, g.name
  FROM ${idTable("ids", "page")} CROSS JOIN tag g
  WHERE g.manifest_id = page.id AND g.name IN (SELECT name FROM tag WHERE manifest_id = page.id ORDER BY name LIMIT ${"limit"})
  ORDER BY g.manifest_id, g.name`,
);

const IDS = rowsOf(
  { digest: content.digest, id: orNull(manifest.id) },
  () => sql`SELECT value AS digest,
    (SELECT id FROM manifest WHERE repository_id = (SELECT id FROM repository WHERE name = ${"repository"})
      AND content_id = (SELECT id FROM content WHERE digest = value) AND deleted_at IS NULL) AS id FROM ${strings("digests")}`,
);

export async function edgesFrom(x: Executor, repository: RepositoryName, digests: readonly Digest[], limit: number): Promise<GraphEdge[]> {
  const manifests = await manifestIds(x, repository, digests);
  // A manifest at a time: the sort of all their edges would read every one of them, however small the limit.
  const edges: GraphEdge[] = [];
  for (const manifest of manifests) {
    if (edges.length >= limit) break;
    const rows = await x.query(FROM, { manifest, limit: limit - edges.length });
    for (const row of rows) edges.push(toEdge(row));
  }
  return edges;
}

export async function edgesTo(x: Executor, repository: RepositoryName, digests: readonly Digest[], limit: number): Promise<GraphEdge[]> {
  const id = await repositoryId(x, repository);
  if (id === undefined) return [];
  const edges: GraphEdge[] = [];
  for (const digest of new Set(digests)) {
    if (edges.length >= limit) break;
    const rows = await x.query(TO, { digest, repository: id, limit: limit - edges.length });
    for (const row of rows) edges.push(toEdge(row));
  }
  return edges;
}

function toEdge(row: Row<typeof EDGE>): GraphEdge {
  return {
    from: row.source,
    to: row.target,
    kind: edgeKind(row.kind),
    position: row.position,
    size: row.size,
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    platform: row.platform === null ? undefined : JSON.parse(row.platform),
  };
}

/** Tags of one manifest that a graph shows at most. */
const TAGS = 20;

export async function graphManifests(x: Executor, repository: RepositoryName, digests: readonly Digest[]): Promise<GraphManifest[]> {
  const ids = JSON.stringify(await manifestIds(x, repository, digests));
  const rows = await x.query(MANIFESTS, { ids });
  const tags = await tagsByManifest(x, ids, TAGS);
  return rows.map((row) => ({
    digest: row.digest,
    mediaType: row.media_type,
    size: row.size,
    type: row.type ?? undefined,
    tags: tags.get(row.id)?.map(({ name }) => name) ?? [],
  }));
}

/** The first tags of each of these manifests, by name. `ids` is a JSON array. */
export async function tagsByManifest(x: Executor, ids: string, limit: number): Promise<Map<number, { manifest_id: number; name: Tag }[]>> {
  const rows = await x.query(TAGGED, { ids, limit });
  return Map.groupBy(rows, (row) => row.manifest_id);
}

/** Those of the digests that are visible manifests of the repository, in the order given. */
async function manifestIds(x: Executor, repository: RepositoryName, digests: readonly Digest[]): Promise<number[]> {
  const distinct = [...new Set(digests)];
  const rows = await x.query(IDS, { digests: JSON.stringify(distinct), repository });
  const ids = new Map(rows.map((row) => [row.digest, row.id]));
  return distinct.map((digest) => ids.get(digest) ?? null).filter((id) => id !== null);
}
