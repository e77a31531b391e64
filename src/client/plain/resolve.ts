import { isTag, type Tag } from "../../oci/tag.ts";
import { ClientError } from "../client-error.ts";
import type { ResolutionAnswer } from "../packages/answers.ts";
import type { ResolveQuery } from "../packages/package-source.ts";
import { requirePlatform } from "../select-platform.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainRepository } from "./plain-repository.ts";
import { type ApiDescriptor, contentTypeOf, descriptorOf, platformManifest } from "./platforms.ts";
import { selectVersions, type VersionTag, versionsOf } from "./versions.ts";

/** Versions of a range that are read at most in search of one that suits, and at a time once the first did not. */
const READ_LIMIT = 1000;
const BATCH = 16;

interface Found {
  readonly tag: Tag;
  readonly descriptor: ApiDescriptor;
  readonly platform: ApiDescriptor | null;
  readonly contentType: string | null;
}

/**
 * The digest for a tag, or for the highest version of a range that has the platform. With neither it is the latest version,
 * else the tag `latest`, else the latest pre-release.
 * @throws ClientError `not-found` that says what was looked for
 */
export async function plainResolve(repository: PlainRepository, query: ResolveQuery): Promise<ResolutionAnswer> {
  const versions = versionsOf(await repository.tags());
  const found = await find(repository, versions, query);
  if (found === undefined) throw nothingSuits(repository, versions, query);
  const version = versions.find(({ tag }) => tag === found.tag)?.version ?? null;
  return { source: "computed", name: repository.repository, version, ...found };
}

async function find(repository: PlainRepository, versions: readonly VersionTag[], query: ResolveQuery): Promise<Found | undefined> {
  if (query.tag !== undefined) return isTag(query.tag) ? await suited(repository, query.tag, query) : undefined;
  const found = await firstOf(repository, selectVersions(versions, query), query);
  if (found !== undefined || query.range !== undefined) return found;
  return (await suited(repository, "latest" as Tag, query)) ?? (await firstOf(repository, selectVersions(versions, { prerelease: true }), query));
}

async function firstOf(repository: PlainRepository, versions: readonly VersionTag[], query: ResolveQuery): Promise<Found | undefined> {
  for (let at = 0; at < Math.min(versions.length, READ_LIMIT); ) {
    const batch = versions.slice(at, at + (at === 0 ? 1 : BATCH));
    const [found] = (await mapParallel(batch, ({ tag }) => suited(repository, tag, query))).filter((answer) => answer !== undefined);
    if (found !== undefined) return found;
    at += batch.length;
  }
  return undefined;
}

async function suited(repository: PlainRepository, tag: Tag, { platform, type }: ResolveQuery): Promise<Found | undefined> {
  const artifact = await repository.artifact(tag);
  if (artifact === undefined) return undefined;
  const contentType = await contentTypeOf(repository, artifact);
  if (type !== undefined && !type.includes(contentType ?? "")) return undefined;
  const manifest = platform === undefined ? null : await platformManifest(repository, artifact, requirePlatform(platform));
  return manifest === undefined ? undefined : { tag, descriptor: descriptorOf(artifact), platform: manifest, contentType };
}

function nothingSuits({ label }: PlainRepository, versions: readonly VersionTag[], { range, tag, platform, type }: ResolveQuery): ClientError {
  const what = tag !== undefined ? `tag ${tag}` : range !== undefined ? `version in ${range}` : "version and no tag latest";
  const conditions = [platform && `for ${platform}`, type && `of type ${type.join(" or ")}`].filter((condition) => condition !== undefined);
  const [latest] = selectVersions(versions, {});
  const advice = latest === undefined ? "see what there is with 'opm versions --all-tags'" : `its latest version is ${latest.tag}`;
  const suiting = tag === undefined ? selectVersions(versions, { range }) : [];
  if (suiting.length > READ_LIMIT) {
    const looked = `looked at the ${READ_LIMIT} highest of ${suiting.length} versions`;
    return new ClientError("not-found", `${looked} of ${label}, and none is ${conditions.join(" and ")}: narrow it down with a range or a tag`);
  }
  return new ClientError("not-found", `${label} has no ${[what, ...conditions].join(" ")}: ${advice}`);
}
