import type { CollectionCounts, CollectionCutoffs } from "../../metadata/collection.ts";
import { markUnlinked } from "../content/blobs.ts";
import type { Executor } from "../engine/executor.ts";
import { lockRepositories } from "../repositories/locks.ts";
import { collectManifests } from "./collect.ts";

/** Manifests first, links when there are none left: so each call is one short transaction, with its locks in one order. */
export async function collectLinks(x: Executor, cutoffs: CollectionCutoffs): Promise<CollectionCounts> {
  const manifests = await collectManifests(x, cutoffs);
  if (manifests > 0) return { manifests, links: 0, more: true };
  return collectLooseLinks(x, cutoffs);
}

const REFERENCED = "EXISTS (SELECT 1 FROM manifest_edge e WHERE e.content_id = l.content_id AND e.repository_id = l.repository_id)";

async function collectLooseLinks(x: Executor, { unreferencedBefore, limit }: CollectionCutoffs): Promise<CollectionCounts> {
  const candidates = await x.query<{ repository_id: number; content_id: number }>(
    "SELECT repository_id, content_id FROM blob_link WHERE loose = 1 AND renewed_at < $1 ORDER BY renewed_at LIMIT $2",
    [unreferencedBefore, limit],
  );
  await lockRepositories(
    x,
    candidates.map((candidate) => candidate.repository_id),
  );
  const removed: number[] = [];
  for (const { repository_id: repository, content_id: content } of candidates) {
    const place = "l.repository_id = $1 AND l.content_id = $2 AND l.loose = 1";
    await x.query(`UPDATE blob_link AS l SET loose = 0 WHERE ${place} AND ${REFERENCED}`, [repository, content]);
    const rows = await x.query(`DELETE FROM blob_link AS l WHERE ${place} AND l.renewed_at < $3 AND NOT ${REFERENCED} RETURNING content_id`, [
      repository,
      content,
      unreferencedBefore,
    ]);
    if (rows.length > 0) removed.push(content);
  }
  for (const content of removed.sort((a, b) => a - b)) await markUnlinked(x, content);
  return { manifests: 0, links: removed.length, more: candidates.length >= limit };
}
