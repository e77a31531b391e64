import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/tag.ts";
import type { Millis, TagOperation } from "../metadata-store.ts";
import { appendAudit } from "./audit.ts";
import { tagOperationCode } from "./codes.ts";
import { type Executor, queryOne } from "./executor.ts";
import { bumpRevision, lockRepository, type RepositoryChange } from "./repositories.ts";

/** A tag as it is before a change. */
interface TagTarget {
  readonly manifest_id: number;
  readonly digest: Digest;
}

/**
 * Points a tag to a manifest and notes it in the history; the repository is locked. False when the tag pointed there before.
 */
export async function pointTag(
  x: Executor,
  repository: number,
  change: RepositoryChange,
  tag: Tag,
  manifest: { readonly id: number; readonly digest: Digest },
): Promise<boolean> {
  const before = await tagTarget(x, repository, tag);
  if (before?.manifest_id === manifest.id) return false;
  await x.query(
    `INSERT INTO tag (repository_id, name, manifest_id, updated_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (repository_id, name) DO UPDATE SET manifest_id = excluded.manifest_id, updated_at = excluded.updated_at`,
    [repository, tag, manifest.id, change.now],
  );
  await recordTag(x, repository, change, tag, before === undefined ? "create" : "move", before?.digest, manifest.digest);
  if (before !== undefined) await noteUntagged(x, before.manifest_id, change.now);
  return true;
}

export async function deleteTag(x: Executor, request: RepositoryChange & { readonly tag: Tag }): Promise<boolean> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return false;
  const before = await tagTarget(x, repository, request.tag);
  if (before === undefined) return false;
  await removeTag(x, repository, request, request.tag, before.digest);
  await noteUntagged(x, before.manifest_id, request.now);
  await bumpRevision(x, repository, request.now);
  return true;
}

/** Removes a tag that exists, with its entry in history and audit record. */
export async function removeTag(x: Executor, repository: number, change: RepositoryChange, tag: Tag, from: Digest): Promise<void> {
  await x.query("DELETE FROM tag WHERE repository_id = $1 AND name = $2", [repository, tag]);
  await recordTag(x, repository, change, tag, "delete", from, undefined);
}

async function tagTarget(x: Executor, repository: number, tag: Tag): Promise<TagTarget | undefined> {
  return queryOne<TagTarget>(
    x,
    `SELECT g.manifest_id, (SELECT digest FROM content WHERE id = (SELECT content_id FROM manifest WHERE id = g.manifest_id)) AS digest
       FROM tag g WHERE g.repository_id = $1 AND g.name = $2`,
    [repository, tag],
  );
}

async function recordTag(
  x: Executor,
  repository: number,
  change: RepositoryChange,
  tag: Tag,
  operation: TagOperation,
  from: Digest | undefined,
  to: Digest | undefined,
): Promise<void> {
  const { now: at, actor } = change;
  await x.query("INSERT INTO tag_event (repository_id, tag, operation, from_digest, to_digest, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)", [
    repository,
    tag,
    tagOperationCode(operation),
    from ?? null,
    to ?? null,
    actor.subject,
    at,
  ]);
  const detail = operation === "move" ? { from } : undefined;
  await appendAudit(x, [{ at, actor, action: `tag.${operation}`, repository: change.repository, reference: tag, digest: to ?? from, detail }]);
}

/** Starts the retention of a manifest when it has just lost its last tag. */
async function noteUntagged(x: Executor, manifest: number, now: Millis): Promise<void> {
  await x.query(
    `UPDATE manifest SET untagged_at = $2 WHERE id = $1 AND deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM tag WHERE manifest_id = $1)`,
    [manifest, now],
  );
}
