import type { Digest } from "../../../oci/digest.ts";
import type { ManifestKind } from "../../../oci/media-types.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import { classifyTag, type TagClass } from "../../../oci/tag-class.ts";
import { versionKey } from "../../../oci/version.ts";
import type { TagOperation } from "../../metadata/tags.ts";
import { tagClass, tagClassCode, tagOperationCode } from "../engine/codes.ts";
import type { Row } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { insertion, insertRows } from "../engine/insert-rows.ts";
import { integers, strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { isExempt, RepositoryCounters, tagTerms } from "../repositories/counters.ts";
import { lockRepository, type RepositoryChange } from "../repositories/locks.ts";
import { REPOSITORY } from "../repositories/reads.ts";
import { internTerms, type Term, termIds } from "../repositories/terms.ts";

const { name, manifest_id, class: tag_class } = tables.tag;

const TARGET = { name, manifest_id, digest: tables.content.digest, class: tag_class };

/** A tag as it is before a change. */
export type TagTarget = Row<typeof TARGET>;

const TARGETS = sql`SELECT g.name, g.manifest_id, g.class,
    (SELECT digest FROM content WHERE id = (SELECT content_id FROM manifest WHERE id = g.manifest_id)) AS digest FROM tag g`;

const ONE = rowsOf(TARGET, () => sql`${TARGETS} WHERE g.repository_id = ${REPOSITORY} AND g.name = ${"tag"}`);
const SEVERAL = rowsOf(TARGET, () => sql`${TARGETS} WHERE g.repository_id = ${REPOSITORY} AND g.name IN (SELECT value FROM ${strings("tags")})`);
const OF_MANIFEST = rowsOf(TARGET, () => sql`${TARGETS} WHERE g.manifest_id = ${"manifest"} ORDER BY g.name`);

const POINT = insertion(
  "tag",
  ["repository_id", "name", "manifest_id", "updated_at", "class", "version_key", "prerelease", "created_at"],
  sql`ON CONFLICT (repository_id, name) DO UPDATE SET manifest_id = excluded.manifest_id, updated_at = excluded.updated_at,
    class = excluded.class, moves = tag.moves + 1`,
);
const REMOVE = command(() => sql`DELETE FROM tag WHERE repository_id = ${"repository"} AND name IN (SELECT value FROM ${strings("tags")})`);
const RECORD = insertion("tag_event", ["repository_id", "tag", "operation", "from_digest", "to_digest", "actor", "at"]);
const NOTE_UNTAGGED = command(
  () => sql`UPDATE manifest SET untagged_at = ${"now"} WHERE id IN (${integers("manifests")}) AND deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM tag WHERE manifest_id = manifest.id)`,
);

/** Those of the tags that are there. */
export async function tagTargets(x: Executor, repository: RepositoryName, tags: readonly Tag[]): Promise<Map<Tag, TagTarget>> {
  const [only] = tags;
  if (only === undefined) return new Map();
  const rows = tags.length === 1 ? await x.query(ONE, { repository, tag: only }) : await x.query(SEVERAL, { repository, tags: JSON.stringify(tags) });
  return new Map(rows.map((row) => [row.name, row]));
}

/** All tags of a manifest. */
export function tagsOfManifest(x: Executor, manifest: number): Promise<TagTarget[]> {
  return x.query(OF_MANIFEST, { manifest });
}

/** A manifest that tags are to point to. */
export interface TagGoal {
  readonly id: number;
  readonly digest: Digest;
  readonly kind: ManifestKind;
  /** Number of the effective type. */
  readonly type: number | undefined;
  readonly title: string | undefined;
}

/** What the repository will be found by because of tags of a manifest. */
export function termsOfTags(tags: readonly Tag[], kind: ManifestKind): Term[] {
  return tags.flatMap((tag) => tagTerms(tag, classifyTag(tag, kind).class));
}

export interface TagPointing {
  /** In their order; none of them points to the manifest yet. */
  readonly tags: readonly Tag[];
  readonly before: ReadonlyMap<Tag, TagTarget>;
  readonly goal: TagGoal;
  /** Holds those of `termsOfTags`, as `internTerms` gives them. */
  readonly terms: ReadonlyMap<string, number>;
  /** What the history calls it; a tag that was not there is created otherwise, and moved when it was. */
  readonly operation?: "restore" | undefined;
}

/** Points tags to a manifest and notes it in the history; the repository is locked. */
export async function pointTags(x: Executor, counters: RepositoryCounters, change: RepositoryChange, pointing: TagPointing): Promise<void> {
  const { tags, before, goal, terms } = pointing;
  if (tags.length === 0) return;
  const rows = tags.map((name) => {
    const { class: named, version, prerelease } = classifyTag(name, goal.kind);
    return {
      repository_id: counters.repository,
      name,
      manifest_id: goal.id,
      updated_at: change.now,
      class: tagClassCode(named),
      version_key: version === undefined ? null : versionKey(version),
      prerelease: prerelease ? 1 : 0,
      created_at: change.now,
    };
  });
  insertRows(x, POINT, rows);
  recordTags(
    x,
    counters,
    change,
    tags.map((tag) => ({ tag, operation: pointing.operation ?? (before.has(tag) ? "move" : "create"), from: before.get(tag)?.digest, to: goal.digest })),
  );
  const left = tags.map((tag) => before.get(tag)).filter((target) => target !== undefined);
  noteUntagged(x, left, change);
  const classOf = (tag: Tag): TagClass => classifyTag(tag, goal.kind).class;
  // The class hangs on the kind of the manifest too, so a move may change it.
  await uncountTags(
    x,
    counters,
    left.filter((target) => tagClass(target.class) !== classOf(target.name)),
  );
  for (const tag of tags) {
    const named = classOf(tag);
    if (before.get(tag)?.class !== tagClassCode(named)) counters.tag(1, named, termIds(terms, tagTerms(tag, named)));
    if (!isExempt(named)) counters.tagged(goal.type, goal.title);
  }
}

export async function deleteTag(x: Executor, request: RepositoryChange & { readonly tag: Tag }): Promise<boolean> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return false;
  const before = await tagTargets(x, request.repository, [request.tag]);
  if (before.size === 0) return false;
  const counters = new RepositoryCounters(repository.id);
  await removeTags(x, counters, request, [...before.values()]);
  await counters.write(x, request.now);
  return true;
}

/** Removes tags that exist, with their entries in history and audit record, and starts the retention of what they pointed to. */
export async function removeTags(x: Executor, counters: RepositoryCounters, change: RepositoryChange, tags: readonly TagTarget[]): Promise<void> {
  if (tags.length === 0) return;
  x.send(REMOVE, { repository: counters.repository, tags: JSON.stringify(tags.map(({ name }) => name)) });
  recordTags(
    x,
    counters,
    change,
    tags.map(({ name, digest }) => ({ tag: name, operation: "delete", from: digest, to: undefined })),
  );
  noteUntagged(x, tags, change);
  await uncountTags(x, counters, tags);
}

async function uncountTags(x: Executor, counters: RepositoryCounters, tags: readonly TagTarget[]): Promise<void> {
  if (tags.length === 0) return;
  const terms = await internTerms(
    x,
    tags.flatMap((target) => tagTerms(target.name, tagClass(target.class))),
  );
  for (const target of tags) {
    const named = tagClass(target.class);
    counters.tag(-1, named, termIds(terms, tagTerms(target.name, named)));
  }
}

interface TagRecord {
  readonly tag: Tag;
  readonly operation: TagOperation;
  readonly from: Digest | undefined;
  readonly to: Digest | undefined;
}

function recordTags(x: Executor, counters: RepositoryCounters, change: RepositoryChange, records: readonly TagRecord[]): void {
  const { now: at, actor, repository } = change;
  const rows = records.map(({ tag, operation, from, to }) => ({
    repository_id: counters.repository,
    tag,
    operation: tagOperationCode(operation),
    from_digest: from ?? null,
    to_digest: to ?? null,
    actor: actor.subject,
    at,
  }));
  insertRows(x, RECORD, rows);
  for (const { tag, operation, from, to } of records) {
    const detail = from !== undefined && to !== undefined ? { from } : undefined;
    counters.audit({ at, actor, action: `tag.${operation}`, repository, reference: tag, digest: to ?? from, detail });
  }
}

/** Starts the retention of those manifests that have just lost their last tag. */
function noteUntagged(x: Executor, tags: readonly TagTarget[], { now }: RepositoryChange): void {
  if (tags.length === 0) return;
  x.send(NOTE_UNTAGGED, { now, manifests: JSON.stringify([...new Set(tags.map((tag) => tag.manifest_id))]) });
}

export async function pruneTags(
  x: Executor,
  request: RepositoryChange & { readonly tags: readonly { readonly tag: Tag; readonly digest: Digest }[] },
): Promise<Tag[]> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return [];
  const wanted = new Map(request.tags.map(({ tag, digest }) => [tag, digest]));
  const targets = await tagTargets(x, request.repository, [...wanted.keys()]);
  const removed = [...targets.values()].filter((target) => target.digest === wanted.get(target.name));
  if (removed.length === 0) return [];
  const counters = new RepositoryCounters(repository.id);
  await removeTags(x, counters, request, removed);
  await counters.write(x, request.now);
  return removed.map((target) => target.name);
}
