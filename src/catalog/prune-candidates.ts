import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import type { TagClass } from "../oci/tag-class.ts";
import type { Millis, Position } from "../storage/metadata/records.ts";
import type { TagFilter, TagQuery, TagStore } from "../storage/metadata/tags.ts";

export interface PruneRule {
  /** Of each class: so many stay, versions by their order, others by the time of their last change. */
  readonly keepLast: number;
  /** Only tags that were changed before this time go; undefined: whatever their time. */
  readonly before: Millis | undefined;
  readonly classes: readonly TagClass[];
  /** Glob over tags; the others are not counted either. */
  readonly name: string | undefined;
}

export interface Candidate {
  readonly tag: Tag;
  readonly class: TagClass;
  readonly digest: Digest;
  readonly subject: Digest | undefined;
  readonly updatedAt: Millis;
}

/** Rows of one look. */
const PAGE = 1000;

/**
 * Tags that a rule lets go, before anything is known of what they are needed for. The last of each class are passed over first;
 * of the rest only those that are old enough are looked at.
 * @returns also whether there are more than the limit
 */
export async function findCandidates(
  tags: TagStore,
  repository: RepositoryName,
  rule: PruneRule,
  limit: number,
): Promise<{ readonly candidates: readonly Candidate[]; readonly more: boolean }> {
  const candidates: Candidate[] = [];
  for (const tagClass of rule.classes) {
    const sort: TagQuery["sort"] = { by: tagClass === "semver" ? "semver" : "updated", descending: true };
    const filter: TagFilter = { classes: [tagClass], name: rule.name };
    let after = await positionAfter(tags, { repository, filter, sort, limit: PAGE }, rule.keepLast);
    while (after !== "end") {
      const page = await tags.listRows({ repository, filter: { ...filter, until: rule.before }, sort, after, limit: PAGE });
      for (const { tag, manifest, updatedAt } of page?.rows ?? []) {
        if (candidates.length >= limit) return { candidates, more: true };
        candidates.push({ tag, class: tagClass, digest: manifest.digest, subject: manifest.subject, updatedAt });
      }
      after = page?.next ?? "end";
    }
  }
  return { candidates, more: false };
}

/** Where the first `count` rows end; `end` when there are no more. */
async function positionAfter(tags: TagStore, query: TagQuery, count: number): Promise<Position | undefined | "end"> {
  let after: Position | undefined;
  for (let left = count; left > 0; ) {
    const page = await tags.listRows({ ...query, after, limit: Math.min(PAGE, left) });
    left -= page?.rows.length ?? 0;
    if (page?.next === undefined) return "end";
    after = page.next;
  }
  return after;
}
