import type { Visibility } from "../../metadata/records.ts";
import type { Executor } from "../engine/executor.ts";
import { idTable } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { type NamedId, visibleRows } from "../repositories/visible-rows.ts";

const { blob_link, repository } = tables;

const LINKED = rowsOf(
  { id: blob_link.content_id },
  () => sql`SELECT asked.id FROM ${idTable("contents", "asked")}
  WHERE EXISTS (SELECT 1 FROM blob_link WHERE content_id = asked.id AND loose = 0)`,
);

const REPOSITORIES = rowsOf(
  { id: blob_link.repository_id, name: repository.name, deleted_at: repository.deleted_at },
  () => sql`SELECT
    l.repository_id AS id, r.name, r.deleted_at FROM blob_link l CROSS JOIN repository r
  WHERE l.content_id = ${"content"} AND l.repository_id > ${"after"} AND l.loose = 0 AND r.id = l.repository_id ORDER BY l.repository_id LIMIT ${"limit"}`,
);

export async function neededContent(x: Executor, contentIds: readonly number[], visible: Visibility): Promise<number[]> {
  const rows = await x.query(LINKED, { contents: JSON.stringify(contentIds) });
  if (visible.all) return rows.map(({ id }) => id);
  const needed: number[] = [];
  for (const { id } of rows) {
    const read = (after: NamedId | undefined, size: number) => x.query(REPOSITORIES, { content: id, after: after?.id ?? 0, limit: size });
    if ((await visibleRows({ read, visible, limit: 1 })).length > 0) needed.push(id);
  }
  return needed;
}
