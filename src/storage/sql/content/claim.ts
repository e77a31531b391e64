import type { ContentClaim } from "../../metadata/coordination.ts";
import { type Executor, queryOne } from "../engine/executor.ts";

export async function contentClaim(x: Executor): Promise<ContentClaim | undefined> {
  const row = await queryOne<{ identity: string }>(x, "SELECT identity FROM content_claim WHERE only_row = 1");
  return row === undefined ? undefined : { identity: row.identity === "" ? undefined : row.identity };
}

export async function claimContent(x: Executor, { identity, replace = false }: { readonly identity?: string; readonly replace?: boolean }): Promise<void> {
  await x.query("INSERT INTO content_claim (only_row, identity) VALUES (1, '') ON CONFLICT DO NOTHING");
  if (identity === undefined) return;
  await x.query(`UPDATE content_claim SET identity = $1 WHERE only_row = 1${replace ? "" : " AND identity = ''"}`, [identity]);
}
