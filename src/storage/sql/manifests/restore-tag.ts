import type { Digest } from "../../../oci/digest.ts";
import { isNonDistributable } from "../../../oci/media-types.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { TagStore } from "../../metadata/tags.ts";
import { CHILD_EDGE } from "../engine/codes.ts";
import type { Executor } from "../engine/executor.ts";
import { mediaTypeOf } from "../engine/names-of.ts";
import { integers } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { RepositoryCounters } from "../repositories/counters.ts";
import { ensureRepository } from "../repositories/ensure.ts";
import { lockAnyRepository, type RepositoryChange } from "../repositories/locks.ts";
import { internTerms } from "../repositories/terms.ts";
import { pointTags, tagTargets, termsOfTags } from "../tags/change.ts";
import { goalOf, KEEP_TAGGED, typedManifest } from "./put-tag.ts";
import { refreshManifest } from "./refresh.ts";
import { anyManifest } from "./row.ts";
import { taggingFindings } from "./tagging-policies.ts";

const { manifest: manifests, media_type } = tables;

const SHOW = rowsOf(
  { id: manifests.id },
  () => sql`UPDATE manifest SET deleted_at = NULL, untagged_at = NULL
  WHERE id = ${"id"} AND deleted_at IS NOT NULL RETURNING id`,
);

const CHILDREN = rowsOf(
  { id: manifests.id },
  () => sql`SELECT DISTINCT m.id
  FROM manifest_edge e JOIN manifest m ON m.repository_id = e.repository_id AND m.content_id = e.content_id
  WHERE e.manifest_id IN (${integers("manifests")}) AND e.kind = ${CHILD_EDGE} ORDER BY m.id`,
);

/** Referrers that come back at most. */
const REFERRERS_LIMIT = 1000;

const REFERRERS = rowsOf(
  { id: manifests.id },
  () => sql`SELECT DISTINCT m.id
  FROM manifest s JOIN manifest m ON m.subject_content_id = s.content_id AND m.repository_id = s.repository_id
  WHERE s.id IN (${integers("subjects")}) AND m.deleted_at = ${"deletedAt"} ORDER BY m.id LIMIT ${REFERRERS_LIMIT}`,
);

const LACKING = rowsOf(
  { media_type: media_type.name },
  () => sql`SELECT DISTINCT ${mediaTypeOf("e.media_type_id")} AS media_type FROM manifest_edge e
  WHERE e.manifest_id IN (${integers("manifests")}) AND e.kind < ${CHILD_EDGE}
    AND NOT EXISTS (SELECT 1 FROM blob_link l WHERE l.repository_id = ${"repository"} AND l.content_id = e.content_id)`,
);

type Result = Awaited<ReturnType<TagStore["restore"]>>;

/** Manifests of one index, and the indexes in it, that come back at most. */
const FAMILY_LIMIT = 10_000;

/** A repository that was deleted comes back as well. */
export async function restoreTag(x: Executor, request: RepositoryChange & { readonly tag: Tag; readonly digest: Digest }): Promise<Result> {
  const { repository: name, tag, digest, now } = request;
  const repository = await lockAnyRepository(x, name);
  const manifest = repository === undefined ? undefined : await anyManifest(x, repository.id, digest);
  if (repository === undefined || manifest === undefined) return { outcome: "gone" };
  const before = await tagTargets(x, name, [tag]);
  if (before.get(tag)?.digest === digest) return { outcome: "same" };
  const family = await deletedFamily(x, manifest.id);
  if (family === undefined || (await lacksBlobs(x, repository.id, family))) return { outcome: "gone" };
  const known = repository.deleted_at === null ? repository : undefined;
  const findings = await taggingFindings(x, { repository: name, known, tags: [tag], before }, await typedManifest(x, name, manifest));
  const refusal = findings.find(({ level }) => level === "enforce");
  if (refusal !== undefined) return { outcome: "refused", finding: refusal };

  await ensureRepository(x, name, now);
  const counters = new RepositoryCounters(repository.id);
  // Children first: the type of an index may be theirs.
  const referrers = manifest.deleted_at === null ? [] : await deletedReferrers(x, { repository: repository.id, family, deletedAt: manifest.deleted_at });
  for (const id of [...family, ...referrers].toReversed()) {
    const rows = await x.query(SHOW, { id });
    if (rows.length === 0) continue;
    counters.manifest(1, []);
    await refreshManifest(x, counters, { id, repository: name, facts: undefined });
  }
  await x.query(KEEP_TAGGED, { id: manifest.id });
  const goal = goalOf((await anyManifest(x, repository.id, digest)) ?? manifest, digest);
  const terms = await internTerms(x, termsOfTags([tag], goal.kind));
  await pointTags(x, counters, request, { tags: [tag], before, goal, terms, operation: "restore" });
  await counters.write(x, now);
  return { outcome: "restored", warnings: findings };
}

/** The manifest and what it lists, step by step, as far as the repository has rows of them; undefined when there is too much. */
async function deletedFamily(x: Executor, root: number): Promise<number[] | undefined> {
  const family = new Set([root]);
  for (let level: readonly number[] = [root]; level.length > 0; ) {
    const children = await x.query(CHILDREN, { manifests: JSON.stringify(level) });
    level = children.map((child) => child.id).filter((id) => !family.has(id));
    for (const id of level) family.add(id);
    if (family.size > FAMILY_LIMIT) return undefined;
  }
  return [...family];
}

/**
 * Signatures, SBOMs and what else referred to these manifests and went together with them, as when the repository was deleted, with
 * what they list. Those without their blobs stay away.
 */
async function deletedReferrers(
  x: Executor,
  { repository, family, deletedAt }: { readonly repository: number; readonly family: readonly number[]; readonly deletedAt: number },
): Promise<number[]> {
  const [known, found] = [new Set(family), new Set<number>()];
  for (let level: readonly number[] = family; level.length > 0 && found.size < REFERRERS_LIMIT; ) {
    const rows = await x.query(REFERRERS, { subjects: JSON.stringify(level), deletedAt });
    const next: number[] = [];
    for (const { id } of rows) {
      const parts = found.has(id) || known.has(id) ? undefined : await deletedFamily(x, id);
      if (parts === undefined || (await lacksBlobs(x, repository, parts))) continue;
      for (const part of parts) found.add(part);
      next.push(...parts);
    }
    level = next;
  }
  return [...found];
}

/** Whether one of the manifests was pushed with a blob that the repository does not have any more. */
async function lacksBlobs(x: Executor, repository: number, manifests: readonly number[]): Promise<boolean> {
  const rows = await x.query(LACKING, { manifests: JSON.stringify(manifests), repository });
  return rows.some((row) => !isNonDistributable(row.media_type));
}
