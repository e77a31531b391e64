import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/tag.ts";
import { classifyTag } from "../../oci/tag-class.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainRepository } from "./plain-repository.ts";
import { type VersionTag, versionsOf } from "./versions.ts";

/** Floating tags that are looked up at most; as many as the package API shows. */
const FLOATING_LIMIT = 100;

/** Versions, the highest first, whose digests are compared with every floating tag. */
const HIGHEST = 50;

/** Versions, the highest first, that a tag such as `1.2` is compared with. */
const HIGHEST_OF_PARTIAL = 3;

/** What floating tags stand for: the highest version that points to the same manifest; null where none of those compared does. */
export async function floatingTags(repository: PlainRepository): Promise<Record<string, Tag | null>> {
  const tags = await repository.tags();
  const floating = tags.filter((tag) => classifyTag(tag, undefined).class === "floating").slice(0, FLOATING_LIMIT);
  if (floating.length === 0) return {};
  const candidates = candidatesFor(floating, versionsOf(tags));
  const [names, versions] = await Promise.all([
    mapParallel(floating, async (tag) => [tag, (await repository.head(tag))?.digest] as const),
    mapParallel(candidates, async ({ tag }) => [tag, (await repository.head(tag))?.digest] as const),
  ]);
  const byDigest = new Map<Digest, Tag>();
  for (const [tag, digest] of versions) if (digest !== undefined && !byDigest.has(digest)) byDigest.set(digest, tag);
  return Object.fromEntries(names.map(([tag, digest]) => [tag, (digest && byDigest.get(digest)) ?? null]));
}

/** In the order of the versions. */
function candidatesFor(floating: readonly Tag[], versions: readonly VersionTag[]): VersionTag[] {
  const chosen = new Set(versions.slice(0, HIGHEST));
  for (const tag of floating) {
    const start = `${tag.replace(/^v/, "")}.`;
    for (const version of versions.filter(({ version }) => version.startsWith(start)).slice(0, HIGHEST_OF_PARTIAL)) chosen.add(version);
  }
  return versions.filter((version) => chosen.has(version));
}
