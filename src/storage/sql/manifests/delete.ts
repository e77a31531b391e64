import type { Digest } from "../../../oci/digest.ts";
import type { Millis } from "../../metadata/records.ts";
import { CHILD_EDGE } from "../engine/codes.ts";
import type { Executor } from "../engine/executor.ts";
import { integers } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { RepositoryCounters } from "../repositories/counters.ts";
import { lockRepository, type RepositoryChange } from "../repositories/locks.ts";
import { removeTags, tagsOfManifest } from "../tags/change.ts";
import { startRetention } from "./reachability.ts";
import { visibleManifest } from "./row.ts";

const { id } = tables.manifest;

const CHILDREN = rowsOf(
  { id },
  () => sql`SELECT DISTINCT m.id
  FROM manifest_edge e JOIN manifest m ON m.repository_id = e.repository_id AND m.content_id = e.content_id
  WHERE e.manifest_id = ${"manifest"} AND e.kind = ${CHILD_EDGE}`,
);

const HIDE = command(() => sql`UPDATE manifest SET deleted_at = ${"now"}, untagged_at = NULL, terms = NULL WHERE id IN (${integers("manifests")})`);

/** The row stays until the collector takes it, invisible, so that it can be restored. */
export async function deleteManifest(x: Executor, request: RepositoryChange & { readonly digest: Digest }): Promise<boolean> {
  const repository = await lockRepository(x, request.repository);
  const manifest = repository === undefined ? undefined : await visibleManifest(x, repository.id, request.digest);
  if (repository === undefined || manifest === undefined) return false;
  const counters = new RepositoryCounters(repository.id);
  await removeTags(x, counters, request, await tagsOfManifest(x, manifest.id));
  await hideManifests(x, counters, [manifest], request.now);
  const children = await x.query(CHILDREN, { manifest: manifest.id });
  await startRetention(
    x,
    children.map((child) => ({ manifest: child.id, at: request.now })),
  );
  const { now: at, actor, digest } = request;
  counters.audit({ at, actor, action: "manifest.delete", repository: request.repository, digest });
  await counters.write(x, at);
  return true;
}

/** Marks visible manifests without tags as deleted. */
async function hideManifests(
  x: Executor,
  counters: RepositoryCounters,
  manifests: readonly { readonly id: number; readonly terms: string | null }[],
  now: Millis,
): Promise<void> {
  x.send(HIDE, { now, manifests: JSON.stringify(manifests.map((manifest) => manifest.id)) });
  for (const { terms } of manifests) counters.manifest(-1, terms === null ? [] : JSON.parse(terms));
}
