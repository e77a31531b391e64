import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Position, Visibility } from "../catalog-query.ts";
import type { ContentUse } from "../catalog-store.ts";
import { tagsByManifest } from "./catalog-graph.ts";
import { edgeKind } from "./codes.ts";
import { type Executor, queryOne } from "./executor.ts";

interface UseRow {
  readonly repository_id: number;
  readonly repository: RepositoryName;
  readonly manifest_id: number;
  readonly manifest: Digest;
  readonly position: number;
  /** Null: the content is the manifest itself. */
  readonly kind: number | null;
  readonly hidden: number;
}

/** Tags of one manifest that are shown at most. */
const TAGS = 20;

const REPOSITORY = "(SELECT name FROM repository WHERE id = m.repository_id) AS repository";
const MANIFEST = "(SELECT digest FROM content WHERE id = m.content_id) AS manifest";
const HIDDEN = `CASE WHEN m.deleted_at IS NULL AND (SELECT deleted_at FROM repository WHERE id = m.repository_id) IS NULL THEN 0 ELSE 1 END AS hidden`;

/** Manifests whose body the content is, then edges that lead to it: two walks, one after the other. */
export async function contentUses(
  x: Executor,
  request: { readonly digest: Digest; readonly after?: Position | undefined; readonly limit: number; readonly visible: Visibility },
): Promise<{ rows: ContentUse[]; next: Position | undefined }> {
  const content = await queryOne<{ id: number }>(x, "SELECT id FROM content WHERE digest = $1", [request.digest]);
  if (content === undefined) return { rows: [], next: undefined };
  const { limit } = request;
  const start = readPosition(request.after);
  const manifests = start.inEdges ? [] : await manifestRows(x, content.id, start.manifest, limit);
  const from = start.inEdges ? start : { repository: 0, manifest: 0, position: -1 };
  const edges = manifests.length < limit ? await edgeRows(x, content.id, from, limit - manifests.length) : [];
  const looked = [...manifests, ...edges];
  const rows = distinct(looked.filter((row) => row.hidden === 0 && (request.visible.all || request.visible.matches(row.repository))));
  const tags = await tagsByManifest(x, JSON.stringify([...new Set(rows.map((row) => row.manifest_id))]), TAGS);
  const last = looked.at(-1);
  return {
    rows: rows.map((row) => ({
      repository: row.repository,
      manifest: row.manifest,
      kind: row.kind === null ? "manifest" : edgeKind(row.kind),
      tags: tags.get(row.manifest_id)?.map(({ name }) => name) ?? [],
    })),
    next: looked.length < limit || last === undefined ? undefined : positionOf(last),
  };
}

function manifestRows(x: Executor, content: number, after: number, limit: number): Promise<UseRow[]> {
  return x.query<UseRow>(
    `SELECT m.repository_id, ${REPOSITORY}, m.id AS manifest_id, ${MANIFEST}, 0 AS position, NULL AS kind, ${HIDDEN}
       FROM manifest m WHERE m.content_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3`,
    [content, after, limit],
  );
}

function edgeRows(
  x: Executor,
  content: number,
  after: { readonly repository: number; readonly manifest: number; readonly position: number },
  limit: number,
): Promise<UseRow[]> {
  return x.query<UseRow>(
    `SELECT e.repository_id, ${REPOSITORY}, e.manifest_id, ${MANIFEST}, e.position, e.kind, ${HIDDEN}
       FROM manifest_edge e CROSS JOIN manifest m
      WHERE e.content_id = $1 AND (e.repository_id, e.manifest_id, e.position) > ($2, $3, $4) AND m.id = e.manifest_id
      ORDER BY e.repository_id, e.manifest_id, e.position LIMIT $5`,
    [content, after.repository, after.manifest, after.position, limit],
  );
}

/** A layer that is twice in a manifest is one use. */
function distinct(rows: readonly UseRow[]): UseRow[] {
  return [...new Map(rows.map((row) => [`${row.manifest_id} ${row.kind}`, row])).values()];
}

function positionOf(row: UseRow): Position {
  return { key: row.kind === null ? 0 : row.repository_id, name: `${row.manifest_id}.${row.position}` };
}

function readPosition(after: Position | undefined): { inEdges: boolean; repository: number; manifest: number; position: number } {
  const [manifest = 0, position = 0] = (after?.name ?? "").split(".").map((text) => Number.parseInt(text, 10) || 0);
  const repository = Number(after?.key) || 0;
  return { inEdges: repository > 0, repository, manifest, position };
}
