import { idTable } from "./catalog-sql.ts";
import type { Executor } from "./executor.ts";

export async function neededContent(x: Executor, contentIds: readonly number[]): Promise<number[]> {
  const rows = await x.query<{ id: number }>(
    `SELECT asked.id FROM ${idTable(x, "$1", "asked")} WHERE EXISTS (SELECT 1 FROM blob_link WHERE content_id = asked.id AND loose = 0)`,
    [JSON.stringify(contentIds)],
  );
  return rows.map(({ id }) => id);
}
