import type { z } from "zod";
import type { Principal } from "../../access/principal.ts";
import type { ContentUses, contentUseQuery } from "../../api/graph.ts";
import type { Position } from "../../storage/catalog-query.ts";
import type { ContentUse } from "../../storage/catalog-store.ts";
import type { Catalog } from "../catalog.ts";
import { type Page, pageSize } from "./paging.ts";

/** Pages of the store that one request looks through for what the caller may see. */
const SCANS = 10;

/** Where content is used, in repositories that the caller may pull from. */
export async function contentUses(
  { metadata, access }: Catalog,
  principal: Principal,
  query: z.output<typeof contentUseQuery>,
  position: Position | undefined,
): Promise<Page<ContentUses>> {
  const { digest } = query;
  const limit = pageSize(query.n);
  const visible = access.filter(principal, "pull");
  const rows: ContentUse[] = [];
  let after = position;
  for (let scan = 0; scan < SCANS && rows.length < limit; scan++) {
    const page = await metadata.contentUses({ digest, after, limit: limit - rows.length, visible });
    rows.push(...page.rows);
    after = page.next;
    if (after === undefined) break;
  }
  const uses = rows.map(({ repository, manifest, kind, tags }) => ({ repository, manifest, kind, tags: [...tags] }));
  return { reply: { digest, uses }, next: after };
}
