import type { ContentClaim } from "../../metadata/coordination.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const CLAIM = rowsOf(tables.content_claim)`SELECT only_row, identity FROM content_claim WHERE only_row = 1`;
const UNCLAIMED = command`INSERT INTO content_claim (only_row, identity) VALUES (1, '') ON CONFLICT DO NOTHING`;
const REPLACE = command`UPDATE content_claim SET identity = ${"identity"} WHERE only_row = 1`;
const TAKE = command`UPDATE content_claim SET identity = ${"identity"} WHERE only_row = 1 AND identity = ''`;

export async function contentClaim(x: Executor): Promise<ContentClaim | undefined> {
  const row = await queryOne(x, CLAIM);
  return row === undefined ? undefined : { identity: row.identity === "" ? undefined : row.identity };
}

export async function claimContent(x: Executor, { identity, replace = false }: { readonly identity?: string; readonly replace?: boolean }): Promise<void> {
  await x.query(UNCLAIMED);
  if (identity === undefined) return;
  await x.query(replace ? REPLACE : TAKE, { identity });
}
