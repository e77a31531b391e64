import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { TagEvent } from "../../metadata/tags.ts";
import { tagOperation } from "../engine/codes.ts";
import type { Executor, SqlValue } from "../engine/executor.ts";

interface TagEventRow {
  readonly id: number;
  readonly tag: Tag;
  readonly operation: number;
  readonly from_digest: Digest | null;
  readonly to_digest: Digest | null;
  readonly actor: string;
  readonly at: number;
}

export async function tagEvents(
  x: Executor,
  repository: RepositoryName,
  tag: Tag | undefined,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<TagEvent[]> {
  const parameters: SqlValue[] = [repository, page.before ?? Number.MAX_SAFE_INTEGER, page.limit];
  if (tag !== undefined) parameters.push(tag);
  const rows = await x.query<TagEventRow>(
    `SELECT e.id, e.tag, e.operation, e.from_digest, e.to_digest, e.actor, e.at
       FROM tag_event e
      WHERE e.repository_id = (SELECT id FROM repository WHERE name = $1) AND e.id < $2${tag === undefined ? "" : " AND e.tag = $4"} ORDER BY e.id DESC LIMIT $3`,
    parameters,
  );
  return rows.map((row) => ({
    id: row.id,
    tag: row.tag,
    operation: tagOperation(row.operation),
    from: row.from_digest ?? undefined,
    to: row.to_digest ?? undefined,
    actor: row.actor,
    at: row.at,
  }));
}
