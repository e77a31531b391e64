import type { Digest } from "../../../../oci/digest.ts";
import type { RepositoryName } from "../../../../oci/name.ts";
import type { ContentLink } from "../../../metadata/catalog/graph.ts";
import type { Executor, SqlValue } from "../../engine/executor.ts";

interface LinkRow {
  readonly repository: RepositoryName;
  readonly repository_id: number;
  readonly content_id: number;
  readonly size: number;
  readonly uses: number;
  readonly loose: number;
  readonly linked_at: number;
}

const LINKS = `SELECT (SELECT name FROM repository WHERE id = l.repository_id) AS repository, l.repository_id, l.content_id,
    (SELECT size FROM content WHERE id = l.content_id) AS size, l.loose, l.linked_at,
    (SELECT COUNT(*) FROM manifest_edge e WHERE e.content_id = l.content_id AND e.repository_id = l.repository_id
       AND (SELECT deleted_at FROM manifest WHERE id = e.manifest_id) IS NULL) AS uses
  FROM blob_link l WHERE (l.repository_id, l.content_id) > ($1, $2)`;

const ORDER = "ORDER BY l.repository_id, l.content_id LIMIT $3";

export async function contentLinks(
  x: Executor,
  page: {
    readonly after?: { readonly repositoryId: number; readonly contentId: number } | undefined;
    readonly repository?: RepositoryName | undefined;
    readonly limit: number;
  },
): Promise<ContentLink[]> {
  const parameters: SqlValue[] = [page.after?.repositoryId ?? 0, page.after?.contentId ?? 0, page.limit];
  const rows =
    page.repository === undefined
      ? await x.query<LinkRow>(`${LINKS} ${ORDER}`, parameters)
      : await x.query<LinkRow>(`${LINKS} AND l.repository_id = (SELECT id FROM repository WHERE name = $4) ${ORDER}`, [...parameters, page.repository]);
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
  const rows = await x.query<{ repository: RepositoryName; digest: Digest; pushed_by: string; deleted_at: number | null }>(
    `SELECT (SELECT name FROM repository WHERE id = m.repository_id) AS repository, (SELECT digest FROM content WHERE id = m.content_id) AS digest,
            m.pushed_by, m.deleted_at FROM manifest m WHERE m.facts_version = 0 ORDER BY m.id LIMIT $1`,
    [limit + SPARE],
  );
  return rows
    .filter((row) => row.deleted_at === null)
    .slice(0, limit)
    .map(({ repository, digest, pushed_by: pushedBy }) => ({ repository, digest, pushedBy }));
}
