import type { z } from "zod";
import type { Principal } from "../../access/principal.ts";
import type { ContentUses, contentUseQuery } from "../../api/graph.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Catalog } from "../catalog.ts";
import { type Page, pageSize } from "./paging.ts";

/** Where content is used, in repositories that the caller may pull from. */
export async function contentUses(
  { metadata, access }: Catalog<"graph">,
  principal: Principal,
  query: z.output<typeof contentUseQuery>,
  after: Position | undefined,
): Promise<Page<ContentUses>> {
  const { digest } = query;
  const { rows, next } = await metadata.graph.uses({ digest, after, limit: pageSize(query.n), visible: access.filter(principal, "pull") });
  const uses = rows.map(({ repository, manifest, kind, tags }) => ({ repository, manifest, kind, tags: [...tags] }));
  return { reply: { digest, uses }, next };
}
