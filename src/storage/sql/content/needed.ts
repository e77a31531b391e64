import type { Visibility } from "../../metadata/records.ts";
import type { Executor } from "../engine/executor.ts";
import { idTable } from "../engine/parameters.ts";
import { type NamedId, visibleRows } from "../repositories/visible-rows.ts";

export async function neededContent(x: Executor, contentIds: readonly number[], visible: Visibility): Promise<number[]> {
  const rows = await x.query<{ id: number }>(
    `SELECT asked.id FROM ${idTable(x, "$1", "asked")} WHERE EXISTS (SELECT 1 FROM blob_link WHERE content_id = asked.id AND loose = 0)`,
    [JSON.stringify(contentIds)],
  );
  if (visible.all) return rows.map(({ id }) => id);
  const needed: number[] = [];
  for (const { id } of rows) {
    const read = (after: NamedId | undefined, size: number) =>
      x.query<NamedId>(
        `SELECT l.repository_id AS id, r.name, r.deleted_at FROM blob_link l CROSS JOIN repository r
          WHERE l.content_id = $1 AND l.repository_id > $2 AND l.loose = 0 AND r.id = l.repository_id ORDER BY l.repository_id LIMIT $3`,
        [id, after?.id ?? 0, size],
      );
    if ((await visibleRows({ read, visible, limit: 1 })).length > 0) needed.push(id);
  }
  return needed;
}
