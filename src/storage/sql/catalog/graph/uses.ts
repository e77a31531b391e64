import type { Digest } from "../../../../oci/digest.ts";
import type { ContentUse } from "../../../metadata/catalog/graph.ts";
import type { Position, Visibility } from "../../../metadata/records.ts";
import { othersTurn } from "../../../others-turn.ts";
import { edgeKind } from "../../engine/codes.ts";
import { orNull, type Row } from "../../engine/columns.ts";
import { type Executor, queryOne } from "../../engine/executor.ts";
import { digestOf } from "../../engine/names-of.ts";
import { sql } from "../../engine/sql.ts";
import { rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { isVisible, type NamedId, visibleRows } from "../../repositories/visible-rows.ts";
import { tagsByManifest } from "./edges.ts";

const { content: contents, manifest, manifest_edge, repository: repositories } = tables;

/** `kind` is null when the content is the manifest itself. */
const USE = {
  repository_id: manifest.repository_id,
  name: repositories.name,
  manifest_id: manifest.id,
  manifest: contents.digest,
  position: manifest_edge.position,
  kind: orNull(manifest_edge.kind),
  deleted_at: manifest.deleted_at,
};
type UseRow = Row<typeof USE>;

/** Tags of one manifest that are shown at most. */
const TAGS = 20;

/** Repositories that are asked for at once. */
const REPOSITORIES = 500;

const CONTENT = rowsOf({ id: contents.id }, () => sql`SELECT id FROM content WHERE digest = ${"digest"}`);

const OF_MANIFEST = sql`(SELECT name FROM repository WHERE id = m.repository_id) AS name, ${digestOf("m.content_id")} AS manifest,
  COALESCE(m.deleted_at, (SELECT deleted_at FROM repository WHERE id = m.repository_id)) AS deleted_at`;

const MANIFESTS = rowsOf(
  USE,
  () => sql`SELECT m.repository_id, m.id AS manifest_id, 0 AS position, CAST(NULL AS SMALLINT) AS kind, ${OF_MANIFEST}
  FROM manifest m WHERE m.content_id = ${"content"} AND m.id > ${"after"} ORDER BY m.id LIMIT ${"limit"}`,
);

const EDGES = sql`SELECT e.repository_id, e.manifest_id, e.position, e.kind, ${OF_MANIFEST} FROM manifest_edge e CROSS JOIN manifest m
  WHERE e.content_id = ${"content"} AND (e.repository_id, e.manifest_id, e.position) > (${"afterRepository"}, ${"afterManifest"}, ${"afterPosition"})
    AND m.id = e.manifest_id`;
const IN_ORDER = sql`ORDER BY e.repository_id, e.manifest_id, e.position LIMIT ${"limit"}`;
const ALL_EDGES = rowsOf(USE, () => sql`${EDGES} ${IN_ORDER}`);
const EDGES_OF_REPOSITORY = rowsOf(USE, () => sql`${EDGES} AND e.repository_id = ${"repository"} ${IN_ORDER}`);

/** The next repositories with an edge to the content, each once: a jump through the index for each. */
const USING = rowsOf(
  { id: repositories.id, name: repositories.name, deleted_at: repositories.deleted_at },
  () => sql`WITH RECURSIVE used(id, number) AS (
    SELECT (SELECT MIN(repository_id) FROM manifest_edge WHERE content_id = ${"content"} AND repository_id >= ${"first"}), 1
    UNION ALL
    SELECT (SELECT MIN(repository_id) FROM manifest_edge WHERE content_id = ${"content"} AND repository_id > used.id), number + 1
      FROM used WHERE used.id IS NOT NULL AND number < ${REPOSITORIES})
  SELECT r.id, r.name, r.deleted_at FROM used CROSS JOIN repository r WHERE r.id = used.id ORDER BY r.id`,
);

export interface UsesRequest {
  readonly digest: Digest;
  readonly after?: Position | undefined;
  readonly limit: number;
  readonly visible: Visibility;
}

/** Manifests whose body the content is, then edges that lead to it: two walks, one after the other. */
export async function contentUses(x: Executor, request: UsesRequest): Promise<{ rows: ContentUse[]; next: Position | undefined }> {
  const content = await queryOne(x, CONTENT, { digest: request.digest });
  if (content === undefined) return { rows: [], next: undefined };
  const wanted = request.limit + 1;
  const start = readPosition(request.after);
  const found = start.inEdges ? [] : await manifests(x, content.id, start.manifest, { ...request, limit: wanted });
  if (found.length < wanted) {
    const from = start.inEdges ? start : { repository: 0, manifest: 0, position: -1 };
    const edges = request.visible.all ? edgesOfAll : edgesOfVisible;
    found.push(...(await edges(x, content.id, from, { ...request, limit: wanted - found.length })));
  }
  const page = found.slice(0, request.limit);
  const rows = distinct(page);
  const tags = await tagsByManifest(x, JSON.stringify([...new Set(rows.map((row) => row.manifest_id))]), TAGS);
  const last = page.at(-1);
  return {
    rows: rows.map((row) => ({
      repository: row.name,
      manifest: row.manifest,
      kind: row.kind === null ? "manifest" : edgeKind(row.kind),
      tags: tags.get(row.manifest_id)?.map(({ name }) => name) ?? [],
    })),
    next: found.length < wanted || last === undefined ? undefined : positionOf(last),
  };
}

function manifests(x: Executor, content: number, from: number, { visible, limit }: UsesRequest): Promise<UseRow[]> {
  const read = (after: UseRow | undefined, size: number) => x.query(MANIFESTS, { content, after: after?.manifest_id ?? from, limit: size });
  return visibleRows({ read, visible, limit });
}

interface EdgePlace {
  readonly repository: number;
  readonly manifest: number;
  readonly position: number;
}

function edgesOfAll(x: Executor, content: number, from: EdgePlace, { visible, limit }: UsesRequest): Promise<UseRow[]> {
  return visibleRows({ read: (after, size) => edgeRows(x, content, findProjectPath(after, from), size), visible, limit });
}

/** One repository after the other, so that those which are hidden cost a look at an index each, however often they use the content. */
async function edgesOfVisible(x: Executor, content: number, from: EdgePlace, { visible, limit }: UsesRequest): Promise<UseRow[]> {
  const found: UseRow[] = [];
  for (let first: number | undefined = from.repository; first !== undefined; ) {
    const repositories: readonly NamedId[] = await repositoriesThatUse(x, content, first);
    for (const repository of repositories.filter((each) => isVisible(visible, each))) {
      const before = { repository: repository.id, manifest: 0, position: -1 };
      const start = repository.id === from.repository ? from : before;
      const read = (after: UseRow | undefined, size: number) => edgeRows(x, content, findProjectPath(after, start), size, repository.id);
      found.push(...(await visibleRows({ read, visible, limit: limit - found.length })));
      if (found.length >= limit) return found;
    }
    const last = repositories.at(-1);
    first = last === undefined || repositories.length < REPOSITORIES ? undefined : last.id + 1;
    await othersTurn();
  }
  return found;
}

function repositoriesThatUse(x: Executor, content: number, first: number): Promise<NamedId[]> {
  return x.query(USING, { content, first });
}

function findProjectPath(row: UseRow | undefined, start: EdgePlace): EdgePlace {
  return row === undefined ? start : { repository: row.repository_id, manifest: row.manifest_id, position: row.position };
}

function edgeRows(x: Executor, content: number, after: EdgePlace, limit: number, repository?: number): Promise<UseRow[]> {
  const common = { content, afterRepository: after.repository, afterManifest: after.manifest, afterPosition: after.position, limit };
  return repository === undefined ? x.query(ALL_EDGES, common) : x.query(EDGES_OF_REPOSITORY, { ...common, repository });
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
