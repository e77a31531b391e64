import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { BlobLink, StoredBlob } from "../../metadata/blobs.ts";
import type { Actor, Millis, Page } from "../../metadata/records.ts";
import { appendAudit } from "../accounts/audit.ts";
import { CONTENT } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { ensureRepository } from "../repositories/ensure.ts";
import { lockRepository, type RepositoryChange } from "../repositories/locks.ts";
import { markLinked } from "./rows.ts";
import { deleteUpload } from "./uploads.ts";

const BLOB = `SELECT (SELECT size FROM content WHERE id = l.content_id) AS size, l.renewed_at FROM blob_link l
  WHERE l.repository_id = (SELECT id FROM repository WHERE name = $1 AND deleted_at IS NULL) AND l.content_id = (SELECT id FROM content WHERE digest = $2)`;

export async function blob(x: Executor, repository: RepositoryName, digest: Digest): Promise<StoredBlob | undefined> {
  const row = await queryOne<{ size: number; renewed_at: number }>(x, BLOB, [repository, digest]);
  return row === undefined ? undefined : { size: row.size, renewedAt: row.renewed_at };
}

export async function repositoriesWithBlob(x: Executor, digest: Digest, page: Page): Promise<RepositoryName[]> {
  const rows = await x.query<{ name: RepositoryName }>(
    `SELECT r.name FROM content c JOIN blob_link l ON l.content_id = c.id JOIN repository r ON r.id = l.repository_id
      WHERE c.digest = $1 AND r.name > $2 AND r.deleted_at IS NULL ORDER BY r.name LIMIT $3`,
    [digest, page.after ?? "", page.limit],
  );
  return rows.map((row) => row.name);
}

export async function linkBlob(x: Executor, link: BlobLink): Promise<void> {
  const repository = await ensureRepository(x, link.repository, link.now);
  await addLink(x, repository, await markLinked(x, link.digest, link.size), link.now);
  if (link.uploadId !== undefined) await deleteUpload(x, link.uploadId);
  await appendAudit(x, [{ at: link.now, actor: link.actor, action: "blob.push", repository: link.repository, digest: link.digest }]);
}

export async function mountBlob(
  x: Executor,
  mount: { readonly from: RepositoryName; readonly to: RepositoryName; readonly digest: Digest; readonly actor: Actor; readonly now: Millis },
): Promise<boolean> {
  // The row of the content first: while it is locked, the link of `from` may go but the content may not.
  const content = await queryOne<{ id: number; size: number; state: number }>(x, `SELECT id, size, state FROM content WHERE digest = $1${x.dialect.lock}`, [
    mount.digest,
  ]);
  if (content === undefined || content.state === CONTENT.collecting) return false;
  if ((await blob(x, mount.from, mount.digest)) === undefined) return false;
  const repository = await ensureRepository(x, mount.to, mount.now);
  await addLink(x, repository, await markLinked(x, mount.digest, content.size), mount.now);
  const detail = { from: mount.from };
  await appendAudit(x, [{ at: mount.now, actor: mount.actor, action: "blob.mount", repository: mount.to, digest: mount.digest, detail }]);
  return true;
}

/** A new link is loose until a manifest refers to it. */
async function addLink(x: Executor, repository: number, content: number, now: Millis): Promise<void> {
  await x.query(
    `INSERT INTO blob_link (repository_id, content_id, linked_at, renewed_at, loose) VALUES ($1, $2, $3, $3, 1)
     ON CONFLICT (repository_id, content_id) DO UPDATE SET renewed_at = excluded.renewed_at WHERE blob_link.renewed_at < excluded.renewed_at`,
    [repository, content, now],
  );
}

export async function renew(x: Executor, repository: RepositoryName, digest: Digest, now: Millis): Promise<void> {
  const content = "(SELECT id FROM content WHERE digest = $2)";
  const place = `repository_id = (SELECT id FROM repository WHERE name = $1) AND content_id = ${content}`;
  await x.query(`UPDATE blob_link SET renewed_at = $3 WHERE ${place} AND renewed_at < $3`, [repository, digest, now]);
  await x.query(`UPDATE manifest SET untagged_at = $3 WHERE ${place} AND untagged_at < $3 AND deleted_at IS NULL`, [repository, digest, now]);
}

export async function deleteBlob(x: Executor, request: RepositoryChange & { readonly digest: Digest }): Promise<boolean> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return false;
  const removed = await queryOne<{ content_id: number }>(
    x,
    "DELETE FROM blob_link WHERE repository_id = $1 AND content_id = (SELECT id FROM content WHERE digest = $2) RETURNING content_id",
    [repository.id, request.digest],
  );
  if (removed === undefined) return false;
  await markUnlinked(x, removed.content_id);
  const { now: at, actor, digest } = request;
  await appendAudit(x, [{ at, actor, action: "blob.delete", repository: request.repository, digest }]);
  return true;
}

/** A link to the content went; whether it was the last is for the collector to find out. */
export async function markUnlinked(x: Executor, content: number): Promise<void> {
  await x.query(`UPDATE content SET state = ${CONTENT.unlinked} WHERE id = $1 AND state = ${CONTENT.linked}`, [content]);
}

/** Those of the digests that the repository does not have as blobs; without a repository, all of them. */
export async function missingBlobs(x: Executor, repository: number | undefined, digests: readonly Digest[]): Promise<Digest[]> {
  const distinct = [...new Set(digests)];
  if (distinct.length === 0 || repository === undefined) return distinct;
  const rows = await x.query<{ digest: Digest; link: number | null }>(
    `SELECT value AS digest, (SELECT content_id FROM blob_link WHERE repository_id = $2 AND content_id = (SELECT id FROM content WHERE digest = value)) AS link
       FROM ${x.dialect.strings("$1")}`,
    [JSON.stringify(distinct), repository],
  );
  return rows.filter((row) => row.link === null).map((row) => row.digest);
}
