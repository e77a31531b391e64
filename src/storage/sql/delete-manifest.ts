import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/tag.ts";
import { appendAudit } from "./audit.ts";
import { CHILD_EDGE } from "./codes.ts";
import { type Executor, queryOne } from "./executor.ts";
import { startRetention } from "./reachability.ts";
import { bumpRevision, lockRepository, type RepositoryChange } from "./repositories.ts";
import { removeTag } from "./tags.ts";

/** The row stays until the collector takes it, invisible, so that it can be restored. */
export async function deleteManifest(x: Executor, request: RepositoryChange & { readonly digest: Digest }): Promise<boolean> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return false;
  const manifest = await queryOne<{ id: number }>(
    x,
    `SELECT m.id FROM content c JOIN manifest m ON m.content_id = c.id AND m.repository_id = $1
      WHERE c.digest = $2 AND m.deleted_at IS NULL`,
    [repository, request.digest],
  );
  if (manifest === undefined) return false;
  const tags = await x.query<{ name: Tag }>("SELECT name FROM tag WHERE manifest_id = $1 ORDER BY name", [manifest.id]);
  for (const tag of tags) await removeTag(x, repository, request, tag.name, request.digest);
  await x.query("UPDATE manifest SET deleted_at = $2, untagged_at = NULL WHERE id = $1", [manifest.id, request.now]);
  const children = await x.query<{ id: number }>(
    `SELECT DISTINCT m.id FROM manifest_edge e JOIN manifest m ON m.repository_id = e.repository_id AND m.content_id = e.content_id
      WHERE e.manifest_id = $1 AND e.kind = ${CHILD_EDGE}`,
    [manifest.id],
  );
  await startRetention(
    x,
    children.map((child) => ({ manifest: child.id, at: request.now })),
  );
  await bumpRevision(x, repository, request.now);
  const { now: at, actor, digest } = request;
  await appendAudit(x, [{ at, actor, action: "manifest.delete", repository: request.repository, digest }]);
  return true;
}
