import { type Digest, isDigest } from "../../oci/digest.ts";
import { manifestKind } from "../../oci/media-types.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import { classifyTag } from "../../oci/tag-class.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainRepository } from "./plain-repository.ts";

/** Tags that are looked up, in ASCII order: the distribution API cannot tell the tags of a manifest. */
const TAG_LIMIT = 100;

/** What the first tags of a repository name. */
export interface KnownTags {
  /** Every tag was looked up. */
  readonly complete: boolean;
  /** Indexes that have a tag. */
  readonly indexes: readonly Digest[];
  /** The tags of a manifest, with the reference it was asked for by where that is a tag. */
  of(digest: Digest, asked?: Tag | Digest): Tag[];
}

export async function knownTags(repository: PlainRepository): Promise<KnownTags> {
  const all = await repository.tags();
  const byDigest = new Map<Digest, Tag[]>();
  const indexes = new Set<Digest>();
  await mapParallel(all.slice(0, TAG_LIMIT), async (tag) => {
    const head = await repository.head(tag);
    if (head === undefined) return;
    byDigest.set(head.digest, [...(byDigest.get(head.digest) ?? []), tag]);
    // the list of referrers under a fallback tag is no part of the graph that it lists
    if (manifestKind(head.mediaType) === "index" && classifyTag(tag, "index").class !== "referrers") indexes.add(head.digest);
  });
  return {
    complete: all.length <= TAG_LIMIT,
    indexes: [...indexes],
    of: (digest, asked) => [...new Set([...(byDigest.get(digest) ?? []), ...(asked !== undefined && !isDigest(asked) && isTag(asked) ? [asked] : [])])].sort(),
  };
}
