import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { type Awaitable, after } from "../../awaitable.ts";
import type { BlobLink, LinkedContent, StoredBlob } from "../../metadata/blobs.ts";
import type { Actor, Millis, Page } from "../../metadata/records.ts";
import { appendAudit } from "../accounts/audit.ts";
import { TELL, TOLD } from "../accounts/rights.ts";
import { CONTENT } from "../engine/codes.ts";
import { orNull } from "../engine/columns.ts";
import { askOne, type Executor, queryOne } from "../engine/executor.ts";
import { LOCK, strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { createRepository, ensureRepository } from "../repositories/ensure.ts";
import { lockRepository, type RepositoryChange } from "../repositories/locks.ts";
import { REPOSITORY, repositoryId } from "../repositories/reads.ts";
import { markLinked, markLinkedUnreserved } from "./rows.ts";
import { endUpload } from "./uploads.ts";

const { content, blob_link } = tables;

const CONTENT_ID = sql`(SELECT id FROM content WHERE digest = ${"digest"})`;

const BLOB = rowsOf(
  { size: content.size, location: content.location, renewed_at: blob_link.renewed_at, ...TOLD },
  // The link first: to SQLite the other order costs 8 µs more.
  () => sql`SELECT c.size, c.location, l.renewed_at, ${TELL} FROM blob_link l CROSS JOIN content c
  WHERE l.repository_id = (SELECT id FROM repository WHERE name = ${"repository"} AND deleted_at IS NULL) AND l.content_id = ${CONTENT_ID} AND c.id = l.content_id`,
);

const REPOSITORIES = rowsOf(
  { name: tables.repository.name },
  () => sql`SELECT r.name
  FROM content c JOIN blob_link l ON l.content_id = c.id JOIN repository r ON r.id = l.repository_id
  WHERE c.digest = ${"digest"} AND r.name > ${"after"} AND r.deleted_at IS NULL ORDER BY r.name LIMIT ${"limit"}`,
);

const LOCKED = rowsOf(
  { id: content.id, size: content.size, state: content.state, location: content.location },
  () => sql`SELECT id, size, state, location FROM content WHERE digest = ${"digest"}${LOCK}`,
);

/** A new link is loose until a manifest refers to it. */
const LINK = command(
  () => sql`INSERT INTO blob_link (repository_id, content_id, linked_at, renewed_at, loose)
  VALUES (${"repository"}, ${"content"}, ${"now"}, ${"now"}, 1)
  ON CONFLICT (repository_id, content_id) DO UPDATE SET renewed_at = excluded.renewed_at WHERE blob_link.renewed_at < excluded.renewed_at`,
);

const HERE = sql`repository_id = ${REPOSITORY} AND content_id = ${CONTENT_ID}`;
const RENEW_LINK = command(() => sql`UPDATE blob_link SET renewed_at = ${"now"} WHERE ${HERE} AND renewed_at < ${"now"}`);
const RENEW_MANIFEST = command(() => sql`UPDATE manifest SET untagged_at = ${"now"} WHERE ${HERE} AND untagged_at < ${"now"} AND deleted_at IS NULL`);

const UNLINK = rowsOf(
  { content_id: blob_link.content_id },
  () => sql`DELETE FROM blob_link
  WHERE repository_id = ${"repository"} AND content_id = ${CONTENT_ID} RETURNING content_id`,
);

const MARK_UNLINKED = command(() => sql`UPDATE content SET state = ${CONTENT.unlinked} WHERE id = ${"content"} AND state = ${CONTENT.linked}`);

const LINKS = rowsOf(
  { digest: content.digest, link: orNull(blob_link.content_id) },
  () => sql`SELECT value AS digest,
    (SELECT content_id FROM blob_link WHERE repository_id = ${REPOSITORY} AND content_id = (SELECT id FROM content WHERE digest = value)) AS link
  FROM ${strings("digests")}`,
);

export function blob(x: Executor, repository: RepositoryName, digest: Digest): Awaitable<StoredBlob | undefined> {
  return after(askOne(x, BLOB, { repository, digest }), (row) => row && { size: row.size, renewedAt: row.renewed_at, location: row.location ?? undefined });
}

export async function repositoriesWithBlob(x: Executor, digest: Digest, page: Page): Promise<RepositoryName[]> {
  const rows = await x.query(REPOSITORIES, { digest, after: page.after ?? "", limit: page.limit });
  return rows.map((row) => row.name);
}

export function linkBlob(x: Executor, link: BlobLink): Promise<LinkedContent> {
  return pushBlob(x, link, markLinked);
}

export function linkBlobUnreserved(x: Executor, link: BlobLink): Promise<LinkedContent> {
  return pushBlob(x, link, markLinkedUnreserved);
}

async function pushBlob(x: Executor, link: BlobLink, mark: typeof markLinked): Promise<LinkedContent> {
  const { repository, digest, size, location, uploadId, actor, now } = link;
  const [known, { id, ...linked }] = await Promise.all([repositoryId(x, repository), mark(x, { digest, size, location, now })]);
  addLink(x, known ?? (await createRepository(x, repository, now)), id, now);
  if (uploadId !== undefined) endUpload(x, uploadId);
  appendAudit(x, [{ at: now, actor, action: "blob.push", repository, digest }]);
  return linked;
}

export async function mountBlob(
  x: Executor,
  mount: { readonly from: RepositoryName; readonly to: RepositoryName; readonly digest: Digest; readonly actor: Actor; readonly now: Millis },
): Promise<boolean> {
  // The row of the content first: while it is locked, the link of `from` may go but the content may not.
  const stored = await queryOne(x, LOCKED, { digest: mount.digest });
  if (stored === undefined || stored.state === CONTENT.collecting) return false;
  if ((await blob(x, mount.from, mount.digest)) === undefined) return false;
  const repository = await ensureRepository(x, mount.to, mount.now);
  const { id } = await markLinked(x, { digest: mount.digest, size: stored.size, location: stored.location ?? undefined, now: mount.now });
  addLink(x, repository, id, mount.now);
  const detail = { from: mount.from };
  appendAudit(x, [{ at: mount.now, actor: mount.actor, action: "blob.mount", repository: mount.to, digest: mount.digest, detail }]);
  return true;
}

function addLink(x: Executor, repository: number, content: number, now: Millis): void {
  x.send(LINK, { repository, content, now });
}

export async function renew(x: Executor, repository: RepositoryName, digest: Digest, now: Millis): Promise<void> {
  x.send(RENEW_LINK, { repository, digest, now });
  x.send(RENEW_MANIFEST, { repository, digest, now });
}

export async function deleteBlob(x: Executor, request: RepositoryChange & { readonly digest: Digest }): Promise<boolean> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return false;
  const removed = await queryOne(x, UNLINK, { repository: repository.id, digest: request.digest });
  if (removed === undefined) return false;
  markUnlinked(x, removed.content_id);
  const { now: at, actor, digest } = request;
  appendAudit(x, [{ at, actor, action: "blob.delete", repository: request.repository, digest }]);
  return true;
}

/** A link to the content went; whether it was the last is for the collector to find out. */
export function markUnlinked(x: Executor, content: number): void {
  x.send(MARK_UNLINKED, { content });
}

/** Those of the digests that the repository does not have as blobs. */
export async function missingBlobs(x: Executor, repository: RepositoryName, digests: readonly Digest[]): Promise<Digest[]> {
  const distinct = [...new Set(digests)];
  if (distinct.length === 0) return distinct;
  const rows = await x.query(LINKS, { digests: JSON.stringify(distinct), repository });
  return rows.filter((row) => row.link === null).map((row) => row.digest);
}
