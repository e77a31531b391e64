import type { Digest } from "../../../../oci/digest.ts";
import type { RepositoryName } from "../../../../oci/name.ts";
import type { Tag } from "../../../../oci/tag.ts";
import type { GraphEdge, GraphManifest } from "../../../metadata/catalog/graph.ts";
import { edgeKind } from "../../engine/codes.ts";
import type { Executor } from "../../engine/executor.ts";
import { idTable } from "../../engine/parameters.ts";
import { repositoryId } from "../../repositories/reads.ts";

interface EdgeRow {
  readonly source: Digest;
  readonly target: Digest;
  readonly kind: number;
  readonly position: number;
  readonly size: number;
  readonly media_type: string;
  readonly artifact_type: string | null;
  readonly platform: string | null;
}

const EDGE_COLUMNS = `(SELECT digest FROM content WHERE id = m.content_id) AS source, (SELECT digest FROM content WHERE id = e.content_id) AS target,
  e.kind, e.position, e.size, (SELECT name FROM media_type WHERE id = e.media_type_id) AS media_type,
  (SELECT name FROM media_type WHERE id = e.artifact_type_id) AS artifact_type, e.platform`;

export async function edgesFrom(x: Executor, repository: RepositoryName, digests: readonly Digest[], limit: number): Promise<GraphEdge[]> {
  const manifests = await manifestIds(x, repository, digests);
  // A manifest at a time: the sort of all their edges would read every one of them, however small the limit.
  const edges: GraphEdge[] = [];
  for (const manifest of manifests) {
    if (edges.length >= limit) break;
    const rows = await x.query<EdgeRow>(
      `SELECT ${EDGE_COLUMNS} FROM manifest_edge e CROSS JOIN manifest m WHERE e.manifest_id = $1 AND m.id = e.manifest_id ORDER BY e.position LIMIT $2`,
      [manifest, limit - edges.length],
    );
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
    const rows = await x.query<EdgeRow>(
      `SELECT ${EDGE_COLUMNS} FROM manifest_edge e CROSS JOIN manifest m
        WHERE e.content_id = (SELECT id FROM content WHERE digest = $1) AND e.repository_id = $2 AND m.id = e.manifest_id AND m.deleted_at IS NULL
        ORDER BY e.manifest_id, e.position LIMIT $3`,
      [digest, id, limit - edges.length],
    );
    for (const row of rows) edges.push(toEdge(row));
  }
  return edges;
}

function toEdge(row: EdgeRow): GraphEdge {
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
  const rows = await x.query<{ id: number; digest: Digest; media_type: string; size: number; type: string | null }>(
    `SELECT m.id, (SELECT digest FROM content WHERE id = m.content_id) AS digest, (SELECT name FROM media_type WHERE id = m.media_type_id) AS media_type,
            m.size, (SELECT name FROM media_type WHERE id = COALESCE(m.type_id, m.artifact_type_id, m.config_media_type_id)) AS type
       FROM ${idTable(x, "$1", "page")} CROSS JOIN manifest m WHERE m.id = page.id ORDER BY m.id`,
    [ids],
  );
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
  const rows = await x.query<{ manifest_id: number; name: Tag }>(
    `SELECT g.manifest_id, g.name FROM ${idTable(x, "$1", "page")} CROSS JOIN tag g
      WHERE g.manifest_id = page.id AND g.name IN (SELECT name FROM tag WHERE manifest_id = page.id ORDER BY name LIMIT $2) ORDER BY g.manifest_id, g.name`,
    [ids, limit],
  );
  return Map.groupBy(rows, (row) => row.manifest_id);
}

/** Those of the digests that are visible manifests of the repository, in the order given. */
async function manifestIds(x: Executor, repository: RepositoryName, digests: readonly Digest[]): Promise<number[]> {
  const distinct = [...new Set(digests)];
  const rows = await x.query<{ digest: Digest; id: number | null }>(
    `SELECT value AS digest, (SELECT id FROM manifest WHERE repository_id = (SELECT id FROM repository WHERE name = $2)
        AND content_id = (SELECT id FROM content WHERE digest = value) AND deleted_at IS NULL) AS id FROM ${x.dialect.strings("$1")}`,
    [JSON.stringify(distinct), repository],
  );
  const ids = new Map(rows.map((row) => [row.digest, row.id]));
  return distinct.map((digest) => ids.get(digest) ?? null).filter((id) => id !== null);
}
