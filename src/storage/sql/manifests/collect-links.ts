import type { CollectionCounts, CollectionCutoffs, CollectionPreview } from "../../metadata/collection.ts";
import { markUnlinked } from "../content/blobs.ts";
import { beginCollect } from "../content/collect.ts";
import type { Executor } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { lockRepositories } from "../repositories/locks.ts";
import { collectManifests } from "./collect.ts";

const { repository_id, content_id } = tables.blob_link;

const LOOSE = rowsOf(
  { repository_id, content_id },
  () => sql`SELECT repository_id, content_id FROM blob_link
  WHERE loose = 1 AND renewed_at < ${"before"} ORDER BY renewed_at LIMIT ${"limit"}`,
);

const LINK = sql`l.repository_id = ${"repository"} AND l.content_id = ${"content"} AND l.loose = 1`;
const REFERENCED = sql`EXISTS (SELECT 1 FROM manifest_edge e WHERE e.content_id = l.content_id AND e.repository_id = l.repository_id)`;
const HOLD = command(() => sql`UPDATE blob_link AS l SET loose = 0 WHERE ${LINK} AND ${REFERENCED}`);
const REMOVE = rowsOf(
  { content_id },
  () => sql`DELETE FROM blob_link AS l WHERE ${LINK} AND l.renewed_at < ${"before"} AND NOT ${REFERENCED} RETURNING content_id`,
);

/** Manifests first, links when there are none left: so each call is one short transaction, with its locks in one order. */
export async function collectLinks(x: Executor, cutoffs: CollectionCutoffs): Promise<CollectionCounts> {
  const manifests = await collectManifests(x, cutoffs);
  if (manifests > 0) return { manifests, links: 0, more: true };
  return collectLooseLinks(x, cutoffs);
}

async function collectLooseLinks(x: Executor, { unreferencedBefore: before, limit }: CollectionCutoffs): Promise<CollectionCounts> {
  const candidates = await x.query(LOOSE, { before, limit });
  await lockRepositories(
    x,
    candidates.map((candidate) => candidate.repository_id),
  );
  const removed: number[] = [];
  for (const { repository_id: repository, content_id: content } of candidates) {
    x.send(HOLD, { repository, content });
    const rows = await x.query(REMOVE, { repository, content, before });
    if (rows.length > 0) removed.push(content);
  }
  for (const content of removed.sort((a, b) => a - b)) markUnlinked(x, content);
  return { manifests: 0, links: removed.length, more: candidates.length >= limit };
}

const BEGIN = command(() => sql`SAVEPOINT preview`);
const UNDO = command(() => sql`ROLLBACK TO SAVEPOINT preview`);
const END = command(() => sql`RELEASE SAVEPOINT preview`);

/** Does what a collector would do, and takes it back: only so is counted what becomes free step by step. */
export async function previewCollect(x: Executor, cutoffs: CollectionCutoffs): Promise<CollectionPreview> {
  x.send(BEGIN);
  try {
    const { limit, now } = cutoffs;
    let [manifests, links, more] = [0, 0, true];
    while (more && manifests + links < limit) {
      const counts = await collectLinks(x, cutoffs);
      manifests += counts.manifests;
      links += counts.links;
      more = counts.more;
    }
    const chosen = await beginCollect(x, { now, limit });
    const bytes = chosen.reduce((sum, { size }) => sum + size, 0);
    return { manifests, links, blobs: chosen.length, bytes, complete: !more && chosen.length < limit };
  } finally {
    x.send(UNDO);
    x.send(END);
  }
}
