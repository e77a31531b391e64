import { type Digest, isDigest } from "../../oci/digest.ts";
import { manifestKind } from "../../oci/media-types.ts";
import type { Tag } from "../../oci/tag.ts";
import { classifyTag } from "../../oci/tag-class.ts";
import { versionsOf } from "../../packages/versions.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainRepository } from "./plain-repository.ts";

/** Tags that are looked up: the distribution API cannot tell the tags of a manifest. */
const TAG_LIMIT = 300;

/** What tags of a repository name. */
export interface KnownTags {
  /** Every tag was looked up. */
  readonly complete: boolean;
  /** Indexes that have a tag. */
  readonly indexes: readonly Digest[];
  /** The tags of a manifest. */
  of(digest: Digest): Tag[];
}

/** @param asked what somebody asked for: a tag is looked up, however many there are */
export async function knownTags(repository: PlainRepository, asked: Tag | Digest): Promise<KnownTags> {
  const all = await repository.tags();
  const byDigest = new Map<Digest, Tag[]>();
  const indexes = new Set<Digest>();
  if (all.length > TAG_LIMIT)
    repository.note(`${TAG_LIMIT} of the ${all.length} tags of ${repository.label} were looked at: content may have more tags than are shown`);
  const asTag = isDigest(asked) ? [] : [asked];
  await mapParallel([...new Set([...asTag, ...likeliest(all)])], async (tag) => {
    const head = await repository.head(tag);
    if (head === undefined) return;
    byDigest.set(head.digest, [...(byDigest.get(head.digest) ?? []), tag]);
    // the list of referrers under a fallback tag is no part of the graph that it lists
    if (manifestKind(head.mediaType) === "index" && classifyTag(tag, "index").class !== "referrers") indexes.add(head.digest);
  });
  return {
    complete: all.length <= TAG_LIMIT,
    indexes: [...indexes],
    of: (digest) => (byDigest.get(digest) ?? []).toSorted(),
  };
}

/** Floating tags and versions, the highest first, before the rest. */
function likeliest(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length <= TAG_LIMIT) return tags;
  const floating = tags.filter((tag) => classifyTag(tag, undefined).class === "floating");
  return [...new Set([...floating, ...versionsOf(tags).map(({ tag }) => tag), ...tags])].slice(0, TAG_LIMIT);
}
