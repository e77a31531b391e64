import type { Digest } from "../../../../oci/digest.ts";
import type { RepositoryName } from "../../../../oci/name.ts";
import type { ContentLink } from "../../../metadata/catalog/graph.ts";
import { integer } from "../../engine/columns.ts";
import type { Executor } from "../../engine/executor.ts";
import { digestOf } from "../../engine/names-of.ts";
import { sql } from "../../engine/sql.ts";
import { rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";

const { blob_link, content, manifest, repository: repositories } = tables;

const LINK = {
  repository: repositories.name,
  repository_id: blob_link.repository_id,
  content_id: blob_link.content_id,
  size: content.size,
  loose: blob_link.loose,
  linked_at: blob_link.linked_at,
  uses: integer,
};

const LINKS = sql`SELECT (SELECT name FROM repository WHERE id = l.repository_id) AS repository, l.repository_id, l.content_id,
    (SELECT size FROM content WHERE id = l.content_id) AS size, l.loose, l.linked_at,
    (SELECT COUNT(*) FROM manifest_edge e WHERE e.content_id = l.content_id AND e.repository_id = l.repository_id
       AND (SELECT deleted_at FROM manifest WHERE id = e.manifest_id) IS NULL) AS uses
  FROM blob_link l WHERE (l.repository_id, l.content_id) > (${"afterRepository"}, ${"afterContent"})`;
const IN_ORDER = sql`ORDER BY l.repository_id, l.content_id LIMIT ${"limit"}`;

const ALL = rowsOf(LINK, () => sql`${LINKS} ${IN_ORDER}`);
const OF_REPOSITORY = rowsOf(LINK, () => sql`${LINKS} AND l.repository_id = (SELECT id FROM repository WHERE name = ${"repository"}) ${IN_ORDER}`);

const UNREAD = rowsOf(
  {
    repository: repositories.name,
    digest: content.digest,
    pushed_by: manifest.pushed_by,
    deleted_at: manifest.deleted_at,
  },
  () => sql`SELECT (SELECT name FROM repository WHERE id = m.repository_id) AS repository, ${digestOf("m.content_id")} AS digest, m.pushed_by, m.deleted_at
  FROM manifest m WHERE m.facts_version = 0 ORDER BY m.id LIMIT ${"limit"}`,
);

export async function contentLinks(
  x: Executor,
  page: {
    readonly after?: { readonly repositoryId: number; readonly contentId: number } | undefined;
    readonly repository?: RepositoryName | undefined;
    readonly limit: number;
  },
): Promise<ContentLink[]> {
  const { after, repository, limit } = page;
  const common = { afterRepository: after?.repositoryId ?? 0, afterContent: after?.contentId ?? 0, limit };
  const rows = repository === undefined ? await x.query(ALL, common) : await x.query(OF_REPOSITORY, { ...common, repository });
  return rows.map((row) => ({
    repository: row.repository,
    repositoryId: row.repository_id,
    contentId: row.content_id,
    size: row.size,
    references: row.uses,
    loose: row.loose !== 0,
    linkedAt: row.linked_at,
  }));
}

/** Rows that a search for unread manifests reads more than it returns: deleted ones are in the way. */
const SPARE = 1000;

export async function manifestsWithoutFacts(x: Executor, limit: number): Promise<{ repository: RepositoryName; digest: Digest; pushedBy: string }[]> {
  const rows = await x.query(UNREAD, { limit: limit + SPARE });
  return rows
    .filter((row) => row.deleted_at === null)
    .slice(0, limit)
    .map(({ repository, digest, pushed_by: pushedBy }) => ({ repository, digest, pushedBy }));
}
