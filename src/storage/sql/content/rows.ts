import type { Digest } from "../../../oci/digest.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import type { Millis, Page } from "../../metadata/records.ts";
import { CONTENT } from "../engine/codes.ts";
import { integer, orNull } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { LOCK, strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { id, digest, size, state } = tables.content;
const { media_type } = tables;

/** Content that a collector was given and did not finish in its time is free again: see `CollectionStore.begin`. */
const RESERVE = rowsOf(
  { id },
  () => sql`INSERT INTO content (digest, size, state, reserved_until) VALUES (${"digest"}, 0, ${CONTENT.reserved}, ${"until"})
  ON CONFLICT (digest) DO UPDATE SET
    reserved_until = CASE WHEN content.reserved_until < excluded.reserved_until THEN excluded.reserved_until ELSE content.reserved_until END,
    state = CASE WHEN content.state IN (${CONTENT.absent}, ${CONTENT.collecting}) THEN ${CONTENT.reserved} ELSE content.state END
  WHERE content.state <> ${CONTENT.collecting} OR content.reserved_until < ${"now"} RETURNING id`,
);

const STORE = rowsOf(
  { id },
  () => sql`UPDATE content SET size = ${"size"}, state = ${CONTENT.linked}
  WHERE digest = ${"digest"} AND state NOT IN (${CONTENT.collecting}, ${CONTENT.absent}) RETURNING id`,
);

/** One row from the start, which no collector is given: as after `RESERVE` and `STORE`. */
const STORE_UNRESERVED = rowsOf(
  { id },
  () => sql`INSERT INTO content (digest, size, state, reserved_until) VALUES (${"digest"}, ${"size"}, ${CONTENT.linked}, 0)
  ON CONFLICT (digest) DO UPDATE SET size = excluded.size, state = excluded.state
  WHERE content.state <> ${CONTENT.collecting} OR content.reserved_until < ${"now"} RETURNING id`,
);

const INTERN_DIGESTS = command(
  () => sql`INSERT INTO content (digest, size, state, reserved_until)
  SELECT value, 0, ${CONTENT.absent}, 0 FROM ${strings("digests")} WHERE NOT EXISTS (SELECT 1 FROM content WHERE digest = value) ON CONFLICT DO NOTHING`,
);
const DIGESTS = rowsOf({ id, digest }, () => sql`SELECT value AS digest, (SELECT id FROM content WHERE digest = value) AS id FROM ${strings("digests")}`);

const INTERN_TYPES = command(() => sql`INSERT INTO media_type (name) SELECT value FROM ${strings("names")} WHERE true ON CONFLICT DO NOTHING`);
const TYPES = rowsOf(
  { id: orNull(media_type.id), name: media_type.name },
  () => sql`SELECT value AS name, (SELECT id FROM media_type WHERE name = value) AS id
  FROM ${strings("names")}`,
);

const FORGET = command(
  () => sql`DELETE FROM content WHERE id = ${"id"} AND state = ${CONTENT.absent}
  AND NOT EXISTS (SELECT 1 FROM manifest_edge WHERE content_id = ${"id"}) AND NOT EXISTS (SELECT 1 FROM manifest WHERE content_id = ${"id"})
  AND NOT EXISTS (SELECT 1 FROM manifest WHERE subject_content_id = ${"id"}) AND NOT EXISTS (SELECT 1 FROM blob_link WHERE content_id = ${"id"})
  AND NOT EXISTS (SELECT 1 FROM manifest_body WHERE content_id = ${"id"})`,
);

const KNOWN = rowsOf({ id }, () => sql`SELECT id FROM content WHERE digest = ${"digest"} AND state <> ${CONTENT.absent}`);

const LIST = rowsOf(
  { digest, size, state, body_size: orNull(integer) },
  () => sql`SELECT c.digest, c.size, c.state, LENGTH(b.body) AS body_size
  FROM content c LEFT JOIN manifest_body b ON b.content_id = c.id
  WHERE c.digest > ${"after"} AND (c.state IN (${CONTENT.unlinked}, ${CONTENT.linked}) OR b.content_id IS NOT NULL) ORDER BY c.digest LIMIT ${"limit"}`,
);

export async function reserveContent(x: Executor, digest: Digest, until: Millis, now: Millis): Promise<boolean> {
  return (await x.query(RESERVE, { digest, until, now })).length > 0;
}

/** Content that is stored, of `size` bytes. */
interface Stored {
  readonly digest: Digest;
  readonly size: number;
  readonly now: Millis;
}

/**
 * Notes that content is stored and about to be linked in this transaction; returns its id. The collector waits for the row.
 * @throws MetadataStoreError `collecting`
 */
export async function markLinked(x: Executor, { digest, size }: Stored): Promise<number> {
  const row = await queryOne(x, STORE, { digest, size });
  if (row !== undefined) return row.id;
  throw new MetadataStoreError("collecting", `the content ${digest} is not reserved, so the collector may have removed it: push it again`);
}

/** As `markLinked`, of content that need not be reserved. */
export async function markLinkedUnreserved(x: Executor, { digest, size, now }: Stored): Promise<number> {
  const row = await queryOne(x, STORE_UNRESERVED, { digest, size, now });
  if (row !== undefined) return row.id;
  throw new MetadataStoreError("collecting", `the collector is removing the content ${digest}: push it again in a moment`);
}

/** Whoever stores or takes the body of a content for one repository waits for those who do so for another. */
export const LOCK_CONTENT = rowsOf({ id }, () => sql`SELECT id FROM content WHERE id = ${"id"}${LOCK}`);

/** The id of each digest, which is made known where it was not. */
export async function internDigests(x: Executor, digests: readonly Digest[]): Promise<Map<Digest, number>> {
  const parameters = { digests: JSON.stringify([...new Set(digests)].sort()) };
  await x.query(INTERN_DIGESTS, parameters);
  const rows = await x.query(DIGESTS, parameters);
  return new Map(rows.map((row) => [row.digest, row.id]));
}

/** The id of each media type, which is made known where it was not. */
export async function internMediaTypes(x: Executor, names: readonly string[]): Promise<Map<string, number>> {
  const parameters = { names: JSON.stringify([...new Set(names)].sort()) };
  let rows = await x.query(TYPES, parameters);
  if (rows.some((row) => row.id === null)) {
    await x.query(INTERN_TYPES, parameters);
    rows = await x.query(TYPES, parameters);
  }
  return new Map(rows.flatMap((row) => (row.id === null ? [] : [[row.name, row.id]])));
}

/** Forgets those of the contents that are not stored and that nothing refers to any more. */
export async function forgetContent(x: Executor, ids: readonly number[]): Promise<void> {
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    await x.query(FORGET, { id });
  }
}

export async function knowsContent(x: Executor, digest: Digest): Promise<boolean> {
  return (await x.query(KNOWN, { digest })).length > 0;
}

export async function listContent(x: Executor, page: Page): Promise<{ digest: Digest; size: number; kind: "blob" | "manifest" }[]> {
  const rows = await x.query(LIST, { after: page.after ?? "", limit: page.limit });
  return rows.flatMap(({ digest, size, state, body_size: bodySize }) => [
    ...(state === CONTENT.unlinked || state === CONTENT.linked ? [{ digest, size, kind: "blob" as const }] : []),
    ...(bodySize === null ? [] : [{ digest, size: bodySize, kind: "manifest" as const }]),
  ]);
}
