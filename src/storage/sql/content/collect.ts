import type { Digest } from "../../../oci/digest.ts";
import type { ContentReference } from "../../content-store.ts";
import type { CollectedContent } from "../../metadata/collection.ts";
import type { Millis } from "../../metadata/records.ts";
import { CONTENT } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { integers, LOCK_FREE, strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { forgetContent } from "./rows.ts";

const { id, digest, size, state, location } = tables.content;

const CANDIDATES = rowsOf(
  { id },
  () => sql`SELECT id FROM content
  WHERE state < 3 AND reserved_until < ${"now"} ORDER BY digest LIMIT ${"limit"}${LOCK_FREE}`,
);
const IS_LINKED = sql`EXISTS (SELECT 1 FROM blob_link l WHERE l.content_id = c.id)`;
const TAKE = rowsOf(
  { digest, size, state, location },
  () => sql`UPDATE content AS c SET
    state = CASE WHEN ${IS_LINKED} THEN ${CONTENT.linked} ELSE ${CONTENT.collecting} END,
    reserved_until = CASE WHEN ${IS_LINKED} THEN reserved_until ELSE CAST(${"until"} AS BIGINT) END
  WHERE c.id IN (${integers("ids")}) RETURNING digest, size, state, location`,
);
const COLLECTING = rowsOf(
  { digest },
  () => sql`SELECT c.digest FROM (SELECT value FROM ${strings("digests")}) AS asked CROSS JOIN content c
  WHERE c.digest = asked.value AND c.state = ${CONTENT.collecting} AND c.reserved_until = ${"until"}`,
);
const FINISH = rowsOf(
  { id },
  () => sql`UPDATE content SET state = ${CONTENT.absent}, size = 0, reserved_until = 0, location = NULL
  WHERE digest = ${"digest"} AND state = ${CONTENT.collecting} AND reserved_until = ${"until"} AND COALESCE(location, '') = ${"location"} RETURNING id`,
);

/** How long a collector has to remove what it was given, unless it asks for another time. */
const DEFAULT_LEASE: Millis = 2 * 60_000;

/**
 * The candidates are `state < 3`: reserved, perhaps unlinked, or given to a collector; and nobody has a claim on them any
 * more. They are locked before the look at their links, which a linking transaction can only add while it holds the row; what turns out
 * to be linked is no candidate any more. Those that another collector is looking at are left to it, so that several share the work.
 */
export async function beginCollect(
  x: Executor,
  request: { readonly now: Millis; readonly until?: Millis | undefined; readonly limit: number },
): Promise<CollectedContent[]> {
  const until = Math.max(request.now, request.until ?? request.now + DEFAULT_LEASE);
  const chosen: CollectedContent[] = [];
  while (chosen.length < request.limit) {
    const candidates = await x.query(CANDIDATES, { now: request.now, limit: request.limit - chosen.length });
    if (candidates.length === 0) break;
    const taken = await x.query(TAKE, { ids: JSON.stringify(candidates.map((row) => row.id)), until });
    for (const { digest, size, state, location } of taken) {
      if (state === CONTENT.collecting) chosen.push({ digest, size, location: location ?? undefined });
    }
  }
  return chosen.sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

export async function stillCollecting(x: Executor, digests: readonly Digest[], until: Millis): Promise<Digest[]> {
  const rows = await x.query(COLLECTING, { digests: JSON.stringify(digests), until });
  return rows.map((row) => row.digest);
}

export async function finishCollect(x: Executor, contents: readonly ContentReference[], until: Millis): Promise<void> {
  for (const { digest, location = "" } of contents.toSorted((a, b) => (a.digest < b.digest ? -1 : 1))) {
    const row = await queryOne(x, FINISH, { digest, until, location });
    if (row !== undefined) await forgetContent(x, [row.id]);
  }
}
