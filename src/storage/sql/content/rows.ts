import type { Digest } from "../../../oci/digest.ts";
import type { ContentReference } from "../../content-store.ts";
import type { LinkedContent } from "../../metadata/blobs.ts";
import type { ListedContent } from "../../metadata/collection.ts";
import { MetadataStoreError } from "../../metadata/error.ts";
import type { Millis, Page } from "../../metadata/records.ts";
import { CONTENT } from "../engine/codes.ts";
import { integer, orNull } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { LOCK, strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { id, digest, size, state, location } = tables.content;
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

/**
 * Of two locations the first one that was linked counts, for readers may be on their way to it. One that a collector was given does not
 * count any more, whatever became of it.
 */
const LOCATION = sql`CASE WHEN content.state IN (${CONTENT.unlinked}, ${CONTENT.linked}) AND content.location IS NOT NULL
    THEN content.location ELSE ${"location"} END`;

const STORE = rowsOf(
  { id, location },
  () => sql`UPDATE content SET size = ${"size"}, location = ${LOCATION}, state = ${CONTENT.linked}
  WHERE digest = ${"digest"} AND state NOT IN (${CONTENT.collecting}, ${CONTENT.absent}) RETURNING id, location`,
);

/** One row from the start, which no collector is given: as after `RESERVE` and `STORE`. */
const STORE_UNRESERVED = rowsOf(
  { id, location },
  () => sql`INSERT INTO content (digest, size, state, reserved_until, location) VALUES (${"digest"}, ${"size"}, ${CONTENT.linked}, 0, ${"location"})
  ON CONFLICT (digest) DO UPDATE SET size = excluded.size, location = ${LOCATION}, state = excluded.state
  WHERE content.state <> ${CONTENT.collecting} OR content.reserved_until < ${"now"} RETURNING id, location`,
);

const INTERN_DIGESTS = command(
  () => sql`INSERT INTO content (digest, size, state, reserved_until)
  SELECT value, 0, ${CONTENT.absent}, 0 FROM ${strings("digests")} WHERE NOT EXISTS (SELECT 1 FROM content WHERE digest = value) ON CONFLICT DO NOTHING`,
);
const DIGESTS = rowsOf({ id, digest }, () => sql`SELECT value AS digest, (SELECT id FROM content WHERE digest = value) AS id FROM ${strings("digests")}`);

const INTERN_TYPES = command(
  () => sql`INSERT INTO media_type (name)
  SELECT value FROM ${strings("names")} WHERE NOT EXISTS (SELECT 1 FROM media_type WHERE name = value) ON CONFLICT DO NOTHING`,
);
const TYPES = rowsOf(
  { id: media_type.id, name: media_type.name },
  () => sql`SELECT value AS name, (SELECT id FROM media_type WHERE name = value) AS id
  FROM ${strings("names")}`,
);

const FORGET = command(
  () => sql`DELETE FROM content WHERE id = ${"id"} AND state = ${CONTENT.absent}
  AND NOT EXISTS (SELECT 1 FROM manifest_edge WHERE content_id = ${"id"}) AND NOT EXISTS (SELECT 1 FROM manifest WHERE content_id = ${"id"})
  AND NOT EXISTS (SELECT 1 FROM manifest WHERE subject_content_id = ${"id"}) AND NOT EXISTS (SELECT 1 FROM blob_link WHERE content_id = ${"id"})
  AND NOT EXISTS (SELECT 1 FROM manifest_body WHERE content_id = ${"id"})`,
);

const PREVIOUS = rowsOf({ location }, () => sql`SELECT location FROM content WHERE digest = ${"digest"}${LOCK}`);
const RELOCATE = rowsOf({ id }, () => sql`UPDATE content SET location = ${"to"} WHERE digest = ${"digest"} AND location = ${"from"} RETURNING id`);

const KNOWN = rowsOf({ id }, () => sql`SELECT id FROM content WHERE digest = ${"digest"} AND state <> ${CONTENT.absent}`);
const KNOWN_LOCATION = rowsOf({ id }, () => sql`SELECT id FROM content WHERE location = ${"location"}`);

const LIST = rowsOf(
  { digest, size, state, location, body_size: orNull(integer) },
  () => sql`SELECT c.digest, c.size, c.state, c.location, LENGTH(b.body) AS body_size
  FROM content c LEFT JOIN manifest_body b ON b.content_id = c.id
  WHERE c.digest > ${"after"} AND (c.state IN (${CONTENT.unlinked}, ${CONTENT.linked}) OR b.content_id IS NOT NULL) ORDER BY c.digest LIMIT ${"limit"}`,
);

export async function reserveContent(x: Executor, digest: Digest, until: Millis, now: Millis): Promise<boolean> {
  return (await x.last(RESERVE, { digest, until, now })).length > 0;
}

/** Content that is stored. */
interface Stored extends ContentReference {
  readonly size: number;
  readonly now: Millis;
}

/** A row of content that is linked, and what became of its locations. */
interface Marked extends LinkedContent {
  readonly id: number;
}

/**
 * Notes that content is stored and about to be linked in this transaction. The collector waits for the row.
 * @throws MetadataStoreError `collecting`
 */
export async function markLinked(x: Executor, stored: Stored): Promise<Marked> {
  const { digest, size } = stored;
  const marked = await mark(x, stored, (location) => queryOne(x, STORE, { digest, size, location }));
  if (marked !== undefined) return marked;
  throw new MetadataStoreError("collecting", `the content ${digest} is not reserved, so the collector may have removed it: push it again`);
}

/** As `markLinked`, of content that need not be reserved. */
export async function markLinkedUnreserved(x: Executor, stored: Stored): Promise<Marked> {
  const { digest, size, now } = stored;
  const marked = await mark(x, stored, (location) => queryOne(x, STORE_UNRESERVED, { digest, size, now, location }));
  if (marked !== undefined) return marked;
  throw new MetadataStoreError("collecting", `the collector is removing the content ${digest}: push it again in a moment`);
}

type Row = { readonly id: number; readonly location: string | null };

async function mark(x: Executor, { digest, location }: Stored, store: (location: string | null) => Promise<Row | undefined>): Promise<Marked | undefined> {
  const [previous, row] = await Promise.all([location === undefined ? undefined : queryOne(x, PREVIOUS, { digest }), store(location ?? null)]);
  if (row === undefined) return undefined;
  const counts = row.location ?? undefined;
  const spare = [location, previous?.location ?? undefined].find((other) => other !== counts);
  return { id: row.id, location: counts, ...(spare !== undefined && { spare }) };
}

export async function relocateContent(
  x: Executor,
  { digest, from, to }: { readonly digest: Digest; readonly from: string; readonly to: string },
): Promise<boolean> {
  return (await x.query(RELOCATE, { digest, from, to })).length > 0;
}

/** Whoever stores or takes the body of a content for one repository waits for those who do so for another. */
export const LOCK_CONTENT = rowsOf({ id }, () => sql`SELECT id FROM content WHERE id = ${"id"}${LOCK}`);

/** The id of each digest, which is made known where it was not. */
export async function internDigests(x: Executor, digests: readonly Digest[]): Promise<Map<Digest, number>> {
  const parameters = { digests: JSON.stringify([...new Set(digests)].sort()) };
  x.send(INTERN_DIGESTS, parameters);
  const rows = await x.query(DIGESTS, parameters);
  return new Map(rows.map((row) => [row.digest, row.id]));
}

/** The id of each media type, which is made known where it was not. */
export async function internMediaTypes(x: Executor, names: readonly string[]): Promise<Map<string, number>> {
  const parameters = { names: JSON.stringify([...new Set(names)].sort()) };
  x.send(INTERN_TYPES, parameters);
  const rows = await x.query(TYPES, parameters);
  return new Map(rows.map((row) => [row.name, row.id]));
}

/** Forgets those of the contents that are not stored and that nothing refers to any more. */
export async function forgetContent(x: Executor, ids: readonly number[]): Promise<void> {
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    x.send(FORGET, { id });
  }
}

export async function knowsContent(x: Executor, { digest, location }: Partial<ContentReference>): Promise<boolean> {
  if (location !== undefined) return (await x.query(KNOWN_LOCATION, { location })).length > 0;
  return digest !== undefined && (await x.query(KNOWN, { digest })).length > 0;
}

export async function listContent(x: Executor, page: Page): Promise<ListedContent[]> {
  const rows = await x.query(LIST, { after: page.after ?? "", limit: page.limit });
  return rows.flatMap(({ digest, size, state, location, body_size: bodySize }) => [
    ...(state === CONTENT.unlinked || state === CONTENT.linked ? [{ digest, size, location: location ?? undefined, kind: "blob" as const }] : []),
    ...(bodySize === null ? [] : [{ digest, size: bodySize, kind: "manifest" as const }]),
  ]);
}
