import type { Digest } from "../../../oci/digest.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import type { Millis, Page } from "../../metadata/records.ts";
import { CONTENT } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";

/** Content that a collector was given and did not finish in its time is free again: see `CollectionStore.begin`. */
const RESERVE = `INSERT INTO content (digest, size, state, reserved_until) VALUES ($1, 0, ${CONTENT.reserved}, $2)
  ON CONFLICT (digest) DO UPDATE SET
    reserved_until = CASE WHEN content.reserved_until < excluded.reserved_until THEN excluded.reserved_until ELSE content.reserved_until END,
    state = CASE WHEN content.state IN (${CONTENT.absent}, ${CONTENT.collecting}) THEN ${CONTENT.reserved} ELSE content.state END
  WHERE content.state <> ${CONTENT.collecting} OR content.reserved_until < $3 RETURNING id`;

export async function reserveContent(x: Executor, digest: Digest, until: Millis, now: Millis): Promise<boolean> {
  return (await x.query(RESERVE, [digest, until, now])).length > 0;
}

const STORE = `UPDATE content SET size = $2, state = ${CONTENT.linked}
  WHERE digest = $1 AND state NOT IN (${CONTENT.collecting}, ${CONTENT.absent}) RETURNING id`;

/**
 * Notes that content is stored and about to be linked in this transaction; returns its id. The collector waits for the row.
 * @throws MetadataStoreError `collecting`
 */
export async function markLinked(x: Executor, digest: Digest, size: number): Promise<number> {
  const row = await queryOne<{ id: number }>(x, STORE, [digest, size]);
  if (row !== undefined) return row.id;
  throw new MetadataStoreError("collecting", `the content ${digest} is not reserved, so the collector may have removed it: push it again`);
}

/** The id of each digest, which is made known where it was not. */
export async function internDigests(x: Executor, digests: readonly Digest[]): Promise<Map<Digest, number>> {
  const parameters = [JSON.stringify([...new Set(digests)].sort())];
  const elements = x.dialect.strings("$1");
  await x.query(
    `INSERT INTO content (digest, size, state, reserved_until)
     SELECT value, 0, ${CONTENT.absent}, 0 FROM ${elements} WHERE NOT EXISTS (SELECT 1 FROM content WHERE digest = value) ON CONFLICT DO NOTHING`,
    parameters,
  );
  const rows = await x.query<{ id: number; digest: Digest }>(
    `SELECT value AS digest, (SELECT id FROM content WHERE digest = value) AS id FROM ${elements}`,
    parameters,
  );
  return new Map(rows.map((row) => [row.digest, row.id]));
}

/** The id of each media type, which is made known where it was not. */
export async function internMediaTypes(x: Executor, names: readonly string[]): Promise<Map<string, number>> {
  const distinct = [...new Set(names)].sort();
  const elements = x.dialect.strings("$1");
  const select = `SELECT value AS name, (SELECT id FROM media_type WHERE name = value) AS id FROM ${elements}`;
  let rows = await x.query<{ id: number | null; name: string }>(select, [JSON.stringify(distinct)]);
  if (rows.some((row) => row.id === null)) {
    await x.query(`INSERT INTO media_type (name) SELECT value FROM ${elements} WHERE true ON CONFLICT DO NOTHING`, [JSON.stringify(distinct)]);
    rows = await x.query(select, [JSON.stringify(distinct)]);
  }
  return new Map(rows.flatMap((row) => (row.id === null ? [] : [[row.name, row.id]])));
}

/** Forgets those of the contents that are not stored and that nothing refers to any more. */
export async function forgetContent(x: Executor, ids: readonly number[]): Promise<void> {
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    await x.query(
      `DELETE FROM content WHERE id = $1 AND state = ${CONTENT.absent}
         AND NOT EXISTS (SELECT 1 FROM manifest_edge WHERE content_id = $1) AND NOT EXISTS (SELECT 1 FROM manifest WHERE content_id = $1)
         AND NOT EXISTS (SELECT 1 FROM manifest WHERE subject_content_id = $1) AND NOT EXISTS (SELECT 1 FROM blob_link WHERE content_id = $1)
         AND NOT EXISTS (SELECT 1 FROM manifest_body WHERE content_id = $1)`,
      [id],
    );
  }
}

export async function knowsContent(x: Executor, digest: Digest): Promise<boolean> {
  return (await x.query(`SELECT 1 FROM content WHERE digest = $1 AND state <> ${CONTENT.absent}`, [digest])).length > 0;
}

interface ContentRow {
  readonly digest: Digest;
  readonly size: number;
  readonly state: number;
  readonly body_size: number | null;
}

export async function listContent(x: Executor, page: Page): Promise<{ digest: Digest; size: number; kind: "blob" | "manifest" }[]> {
  const rows = await x.query<ContentRow>(
    `SELECT c.digest, c.size, c.state, LENGTH(b.body) AS body_size FROM content c LEFT JOIN manifest_body b ON b.content_id = c.id
      WHERE c.digest > $1 AND (c.state IN (${CONTENT.unlinked}, ${CONTENT.linked}) OR b.content_id IS NOT NULL) ORDER BY c.digest LIMIT $2`,
    [page.after ?? "", page.limit],
  );
  return rows.flatMap(({ digest, size, state, body_size: bodySize }) => [
    ...(state === CONTENT.unlinked || state === CONTENT.linked ? [{ digest, size, kind: "blob" as const }] : []),
    ...(bodySize === null ? [] : [{ digest, size: bodySize, kind: "manifest" as const }]),
  ]);
}
