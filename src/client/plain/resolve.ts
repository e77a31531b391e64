import type { Tag } from "../../oci/tag.ts";
import { classifyTag } from "../../oci/tag-class.ts";
import type { DescriptorDocument } from "../../packages/descriptor.ts";
import { hasWantedType, resolve, TAG_OR_RANGE, unresolved } from "../../packages/resolve.ts";
import { selectVersions, type VersionTag, versionsOf } from "../../packages/versions.ts";
import { ClientError } from "../client-error.ts";
import type { ResolutionAnswer } from "../packages/answers.ts";
import type { ResolveQuery } from "../packages/package-source.ts";
import { requirePlatform } from "../select-platform.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainRepository } from "./plain-repository.ts";
import { contentTypeOf, descriptorOf, platformManifest } from "./platforms.ts";
import { requireRange } from "./version-range.ts";

/** Versions of a range that are read at most in search of one that suits, and at a time once the first did not. */
const READ_LIMIT = 1000;
const BATCH = 16;

interface Found {
  readonly tag: Tag;
  readonly descriptor: DescriptorDocument;
  readonly platform: DescriptorDocument | null;
  readonly contentType: string | null;
}

/**
 * The digest for a tag, or for the highest version of a range that has the platform, see `resolve`.
 * @throws ClientError `not-found` that says what was looked for; `invalid`
 */
export async function plainResolve(repository: PlainRepository, query: ResolveQuery): Promise<ResolutionAnswer> {
  if (query.tag !== undefined && query.range !== undefined) throw new ClientError("invalid", TAG_OR_RANGE);
  const range = requireRange(query.range);
  const tags = await repository.tags();
  const versions = versionsOf(tags);
  let looked: number | undefined;
  const found = await resolve(query, {
    byTag: (tag) => suited(repository, tag, query),
    async byVersion({ prerelease }) {
      const selected = selectVersions(versions, { range, prerelease });
      if (selected.length > READ_LIMIT) looked = READ_LIMIT;
      return await firstOf(repository, selected.slice(0, READ_LIMIT), query);
    },
  });
  if (found === undefined) throw new ClientError("not-found", unresolved(query, { where: repository.label, best: bestOf(tags, versions), looked }));
  const version = versions.find(({ tag }) => tag === found.tag)?.version ?? null;
  return { source: "computed", name: repository.repository, version, ...found };
}

async function firstOf(repository: PlainRepository, versions: readonly VersionTag[], query: ResolveQuery): Promise<Found | undefined> {
  for (let at = 0; at < versions.length; ) {
    const batch = versions.slice(at, at + (at === 0 ? 1 : BATCH));
    const [found] = (await mapParallel(batch, ({ tag }) => suited(repository, tag, query))).filter((answer) => answer !== undefined);
    if (found !== undefined) return found;
    at += batch.length;
  }
  return undefined;
}

async function suited(repository: PlainRepository, tag: Tag, query: ResolveQuery): Promise<Found | undefined> {
  const artifact = await repository.artifact(tag);
  if (artifact === undefined) return undefined;
  const contentType = await contentTypeOf(repository, artifact);
  if (!hasWantedType(query, contentType)) return undefined;
  const manifest = query.platform === undefined ? null : await platformManifest(repository, artifact, requirePlatform(query.platform));
  return manifest === undefined ? undefined : { tag, descriptor: descriptorOf(artifact), platform: manifest, contentType };
}

/** What a repository is best known by: when tags were changed, the distribution API does not tell. */
function bestOf(tags: readonly Tag[], versions: readonly VersionTag[]): { readonly tag: string; readonly version: boolean } | undefined {
  const latest = versions.find(({ prerelease }) => !prerelease) ?? versions[0];
  if (latest !== undefined) return { tag: latest.tag, version: true };
  const other = tags.find((tag) => ["floating", "opaque"].includes(classifyTag(tag, "image").class)) ?? tags[0];
  return other === undefined ? undefined : { tag: other, version: false };
}
