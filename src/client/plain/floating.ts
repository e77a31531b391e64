import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/tag.ts";
import { classifyTag, isBuildName } from "../../oci/tag-class.ts";
import { type VersionTag, versionsOf } from "../../packages/versions.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainRepository } from "./plain-repository.ts";

/** Floating tags that are looked up at most; as many as the package API shows. */
const FLOATING_LIMIT = 100;

/** Versions, the highest first, whose digests are compared with every floating tag. */
const HIGHEST = 50;

/** Those that are compared with a tag that surely stands for a version, and how many at a time. */
const HIGHEST_AT_MOST = 1000;
const BATCH = 50;

/** Versions, the highest first, that a tag such as `1.2` is compared with. */
const HIGHEST_OF_PARTIAL = 3;

/**
 * What floating tags stand for: the highest version that points to the same manifest; null where none of those compared does. The user is told where
 * those were not all.
 */
export async function floatingTags(repository: PlainRepository): Promise<Record<string, Tag | null>> {
  const tags = await repository.tags();
  const all = tags.filter((tag) => classifyTag(tag, undefined).class === "floating");
  const floating = all.slice(0, FLOATING_LIMIT);
  if (floating.length === 0) return {};
  if (all.length > floating.length) repository.note(`${repository.label} has ${all.length} floating tags: the first ${FLOATING_LIMIT} were looked at`);
  const versions = versionsOf(tags);
  const digestOf = async (tag: Tag) => [tag, (await repository.head(tag))?.digest] as const;
  const names = await mapParallel(floating, digestOf);
  const byDigest = new Map<Digest, Tag>();
  const compare = async (candidates: readonly VersionTag[]) => {
    for (const [tag, digest] of await mapParallel(candidates, ({ tag }) => digestOf(tag)))
      if (digest !== undefined && !byDigest.has(digest)) byDigest.set(digest, tag);
  };
  const first = candidatesFor(floating, versions);
  await compare(first);
  const isOpen = ([, digest]: readonly [Tag, Digest | undefined]) => digest !== undefined && !byDigest.has(digest);
  const rest = versions.filter((version) => !first.includes(version));
  let looked = 0;
  // for names of builds alone no old versions are asked for
  while (looked < Math.min(rest.length, HIGHEST_AT_MOST) && names.some((name) => isOpen(name) && !isBuildName(name[0]))) {
    await compare(rest.slice(looked, looked + BATCH));
    looked += BATCH;
  }
  const open = names.filter(isOpen).map(([tag]) => tag);
  if (open.length > 0 && looked < rest.length) {
    repository.note(
      `${open.slice(0, 5).join(", ")} of ${repository.label}: compared with ${first.length + looked} of ${versions.length} versions, the highest`,
    );
  }
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
