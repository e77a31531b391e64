import type { CollectionCutoffs } from "../../metadata/collection.ts";
import { forgetContent, LOCK_CONTENT } from "../content/rows.ts";
import { CHILD_EDGE } from "../engine/codes.ts";
import { integer, type Row } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { integers } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { RepositoryCounters } from "../repositories/counters.ts";
import { lockRepositories } from "../repositories/locks.ts";
import { removeDependencies } from "./dependencies.ts";
import { startRetention, UNREACHABLE } from "./reachability.ts";

const { id, repository_id, content_id, deleted_at, terms } = tables.manifest;

const DUE_MANIFEST = { id, repository_id, content_id, at: integer };
type DueManifest = Row<typeof DUE_MANIFEST>;

const SELECT = sql`SELECT m.id, m.repository_id, m.content_id, COALESCE(m.deleted_at, m.untagged_at) AS at FROM manifest m`;

/** Two conditions, so that each is served by its own partial index. */
const DUE = [sql`m.deleted_at < ${"before"}`, sql`m.deleted_at IS NULL AND m.untagged_at < ${"before"} AND ${UNREACHABLE}`].map((due) => ({
  candidates: rowsOf(DUE_MANIFEST, () => sql`${SELECT} WHERE ${due} LIMIT ${"limit"}`),
  still: rowsOf(DUE_MANIFEST, () => sql`${SELECT} WHERE ${due} AND m.id IN (${integers("ids")})`),
}));

const DEPENDENTS = rowsOf(
  { id },
  () => sql`SELECT m.id
  FROM manifest_edge e JOIN manifest m ON m.repository_id = e.repository_id AND m.content_id = e.content_id
  WHERE e.manifest_id = ${"manifest"} AND e.kind = ${CHILD_EDGE}
  UNION SELECT m.id FROM manifest m WHERE m.subject_content_id = ${"content"} AND m.repository_id = ${"repository"}`,
);

const LOOSEN = command(
  () => sql`UPDATE blob_link SET loose = 1 WHERE repository_id = ${"repository"} AND loose = 0
  AND content_id IN (SELECT content_id FROM manifest_edge WHERE manifest_id = ${"manifest"})`,
);
const REMOVE_EDGES = rowsOf({ content_id }, () => sql`DELETE FROM manifest_edge WHERE manifest_id = ${"manifest"} RETURNING content_id`);
const REMOVE = rowsOf({ deleted_at, terms }, () => sql`DELETE FROM manifest WHERE id = ${"manifest"} RETURNING deleted_at, terms`);
const REMOVE_BODY = command(
  () => sql`DELETE FROM manifest_body WHERE content_id = ${"content"}
  AND NOT EXISTS (SELECT 1 FROM manifest WHERE content_id = ${"content"})`,
);

/** Removes manifests whose time is over, at most `limit`; returns how many. */
export async function collectManifests(x: Executor, { deletedBefore: before, limit }: CollectionCutoffs): Promise<number> {
  let removed = 0;
  for (const { candidates, still } of DUE) {
    if (removed >= limit) break;
    let rows = await x.query(candidates, { before, limit: limit - removed });
    if (x.dialect.lock !== "" && rows.length > 0) {
      // Something may have become reachable again before the lock.
      await lockRepositories(
        x,
        rows.map((row) => row.repository_id),
      );
      rows = await x.query(still, { before, ids: JSON.stringify(rows.map((row) => row.id)) });
    }
    const touched: number[] = [];
    for (const manifest of rows.sort((a, b) => a.content_id - b.content_id)) touched.push(...(await removeManifest(x, manifest)));
    await forgetContent(x, touched);
    removed += rows.length;
  }
  return removed;
}

/** Removes the rows of one manifest; returns the contents that it was or referred to. */
async function removeManifest(x: Executor, { id: manifest, repository_id: repository, content_id: content, at }: DueManifest): Promise<number[]> {
  const dependents = await x.query(DEPENDENTS, { manifest, content, repository });
  x.send(LOOSEN, { repository, manifest });
  const edges = await x.query(REMOVE_EDGES, { manifest });
  await removeDependencies(x, manifest);
  const [removed] = await x.query(REMOVE, { manifest });
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
  if (x.dialect.lock !== "") await x.query(LOCK_CONTENT, { id: content });
  x.send(REMOVE_BODY, { content });
  return [content, ...edges.map((edge) => edge.content_id)];
}
