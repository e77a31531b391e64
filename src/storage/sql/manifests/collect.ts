import type { CollectionCutoffs } from "../../metadata/collection.ts";
import type { Millis } from "../../metadata/records.ts";
import { forgetContent } from "../content/rows.ts";
import { CHILD_EDGE } from "../engine/codes.ts";
import type { Executor } from "../engine/executor.ts";
import { RepositoryCounters } from "../repositories/counters.ts";
import { lockRepositories } from "../repositories/locks.ts";
import { removeDependencies } from "./dependencies.ts";
import { startRetention, UNREACHABLE } from "./reachability.ts";

/** Two conditions, so that each is served by its own partial index. */
const DUE = ["m.deleted_at < $1", `m.deleted_at IS NULL AND m.untagged_at < $1 AND ${UNREACHABLE}`] as const;

/** Removes manifests whose time is over, at most `limit`; returns how many. */
export async function collectManifests(x: Executor, { deletedBefore, limit }: CollectionCutoffs): Promise<number> {
  let removed = 0;
  for (const due of DUE) {
    if (removed >= limit) break;
    const select = `SELECT m.id, m.repository_id, m.content_id, COALESCE(m.deleted_at, m.untagged_at) AS at FROM manifest m WHERE ${due}`;
    let rows = await x.query<DueManifest>(`${select} LIMIT $2`, [deletedBefore, limit - removed]);
    if (x.dialect.lock !== "" && rows.length > 0) {
      // Something may have become reachable again before the lock.
      await lockRepositories(
        x,
        rows.map((row) => row.repository_id),
      );
      rows = await x.query<DueManifest>(`${select} AND m.id IN (SELECT CAST(value AS BIGINT) FROM ${x.dialect.strings("$2")})`, [
        deletedBefore,
        JSON.stringify(rows.map((row) => row.id)),
      ]);
    }
    const touched: number[] = [];
    for (const manifest of rows.sort((a, b) => a.content_id - b.content_id)) touched.push(...(await removeManifest(x, manifest)));
    await forgetContent(x, touched);
    removed += rows.length;
  }
  return removed;
}

interface DueManifest {
  readonly id: number;
  readonly repository_id: number;
  readonly content_id: number;
  readonly at: Millis;
}

/** Removes the rows of one manifest; returns the contents that it was or referred to. */
async function removeManifest(x: Executor, { id, repository_id: repository, content_id: content, at }: DueManifest): Promise<number[]> {
  const dependents = await x.query<{ id: number }>(
    `SELECT m.id FROM manifest_edge e JOIN manifest m ON m.repository_id = e.repository_id AND m.content_id = e.content_id
      WHERE e.manifest_id = $1 AND e.kind = ${CHILD_EDGE}
     UNION SELECT m.id FROM manifest m WHERE m.subject_content_id = $2 AND m.repository_id = $3`,
    [id, content, repository],
  );
  await x.query(
    `UPDATE blob_link SET loose = 1 WHERE repository_id = $1 AND loose = 0
        AND content_id IN (SELECT content_id FROM manifest_edge WHERE manifest_id = $2)`,
    [repository, id],
  );
  const edges = await x.query<{ content_id: number }>("DELETE FROM manifest_edge WHERE manifest_id = $1 RETURNING content_id", [id]);
  await removeDependencies(x, id);
  const [removed] = await x.query<{ deleted_at: number | null; terms: string | null }>("DELETE FROM manifest WHERE id = $1 RETURNING deleted_at, terms", [id]);
  if (removed?.deleted_at === null) {
    const counters = new RepositoryCounters(repository);
    counters.manifest(-1, removed.terms === null ? [] : JSON.parse(removed.terms));
    await counters.write(x, undefined);
  }
  await startRetention(
    x,
    dependents.map((dependent) => ({ manifest: dependent.id, at })),
  );
  // As in putManifest: whoever stores the body for another repository holds this lock until its manifest is there.
  if (x.dialect.lock !== "") await x.query(`SELECT id FROM content WHERE id = $1${x.dialect.lock}`, [content]);
  await x.query("DELETE FROM manifest_body WHERE content_id = $1 AND NOT EXISTS (SELECT 1 FROM manifest WHERE content_id = $1)", [content]);
  return [content, ...edges.map((edge) => edge.content_id)];
}
