import type { Descriptor } from "../../oci/descriptor.ts";
import { hasPair } from "../../oci/pair-condition.ts";
import { formatPlatform, platformFilter } from "../../oci/platform.ts";
import { starGlob } from "../../oci/star-glob.ts";
import type { Tag } from "../../oci/tag.ts";
import { classifyTag } from "../../oci/tag-class.ts";
import { selectVersions, versionsOf } from "../../packages/versions.ts";
import { ClientError } from "../client-error.ts";
import type { TagAnswer, TagsAnswer, VersionsAnswer } from "../packages/answers.ts";
import type { PageOptions, TagsQuery, VersionsQuery } from "../packages/package-source.ts";
import { requirePlatform } from "../select-platform.ts";
import { floatingTags } from "./floating.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainArtifact, PlainRepository } from "./plain-repository.ts";
import { tagAnswer } from "./tag-answer.ts";
import { requireRange } from "./version-range.ts";

/** Tags whose manifests are read at most for one filtered list. */
const READ_LIMIT = 500;

/** Tags looked at at once while a filtered list is filled. */
const BATCH = 16;

/** Filters that the distribution API gives no answer to, or only one for each tag that takes several requests. */
const SERVER_FILTERS = ["label", "signed", "referrer", "since", "until"] as const;

/** Versions in their order, and what floating tags stand for. @throws ClientError */
export async function plainVersions(repository: PlainRepository, query: VersionsQuery, page: PageOptions): Promise<VersionsAnswer> {
  const selection = { range: requireRange(query.range), prerelease: query.prerelease };
  const versions = selectVersions(versionsOf(await repository.tags()), selection);
  if (query.order === "asc") versions.reverse();
  const names = versions.map(({ tag }) => tag);
  const [{ rows, more }, floating] = await Promise.all([pick(repository, names, query, page), floatingTags(repository)]);
  return { source: "computed", name: repository.repository, versions: rows, floating, more };
}

/** Tags with their class. @throws ClientError */
export async function plainTags(repository: PlainRepository, query: TagsQuery, page: PageOptions): Promise<TagsAnswer> {
  const { sort = "name" } = query;
  const tags = await repository.tags();
  const classes = query.class;
  const sorted = sort.endsWith("semver") ? versionsOf(tags).map(({ tag }) => tag) : [...tags];
  if (sort === "semver" || sort === "-name") sorted.reverse();
  if (!/^-?(?:name|semver)$/.test(sort)) throw unanswered(repository, `tags sorted by ${sort.replace("-", "")}`);
  // a list of referrers is told from another tag of that name by what it names only
  const candidates = sorted.filter(
    (tag) => classes === undefined || [undefined, "image" as const].some((kind) => classes.includes(classifyTag(tag, kind).class)),
  );
  const { rows, more } = await pick(repository, candidates, query, page);
  const floating = rows.some((row) => row.class === "floating") ? await floatingTags(repository) : {};
  const named = rows.map((row) => (row.class === "floating" ? { ...row, resolvesTo: floating[row.tag] ?? null } : row));
  return { source: "computed", name: repository.repository, tags: named, more };
}

/** The first rows that suit. Manifests are read only where a filter takes it. */
async function pick(
  repository: PlainRepository,
  tags: readonly Tag[],
  query: TagsQuery,
  { limit }: PageOptions,
): Promise<{ readonly rows: TagAnswer[]; readonly more: boolean }> {
  for (const name of SERVER_FILTERS) if (query[name] !== undefined) throw unanswered(repository, `a filter by ${name}`);
  const named = query.name === undefined ? tags : tags.filter(starGlob(query.name));
  const suits = artifactFilter(query);
  const deep = [query.type, query.platform, query.annotation].some((filter) => filter !== undefined);
  const rows: TagAnswer[] = [];
  let at = 0;
  while (at < named.length && rows.length < limit && (!deep || at < READ_LIMIT)) {
    const size = deep ? BATCH : Math.min(limit - rows.length, 1000);
    const found = await mapParallel(named.slice(at, at + size), (tag) => rowOf(repository, tag, query, deep ? suits : undefined));
    for (const [index, row] of found.entries()) {
      if (row === undefined) continue;
      rows.push(row);
      if (rows.length >= limit) return { rows, more: at + index + 1 < named.length };
    }
    at += size;
  }
  if (deep && at < named.length) repository.note(`${Math.min(at, named.length)} of the ${named.length} tags of ${repository.label} were looked at`);
  return { rows, more: at < named.length };
}

/** Filters that take the artifact. */
type ArtifactFilter = (row: TagAnswer, artifact: PlainArtifact) => boolean;

function artifactFilter({ type, platform, annotation = [] }: TagsQuery): ArtifactFilter {
  const suitsPlatform = platform === undefined ? () => true : platformFilter(platform.map((text) => formatPlatform(requirePlatform(text))));
  return (row, { manifest: { annotations } }) =>
    (type === undefined || type.includes(row.contentType ?? "")) &&
    suitsPlatform(row.platforms ?? []) &&
    annotation.every((pair) => hasPair(annotations, pair));
}

/** @param suits undefined: no filter takes the artifact, which is not read then */
async function rowOf(repository: PlainRepository, tag: Tag, query: TagsQuery, suits: ArtifactFilter | undefined): Promise<TagAnswer | undefined> {
  const artifact = suits === undefined ? undefined : await repository.artifact(tag);
  const head: Descriptor | undefined = artifact?.descriptor ?? (suits === undefined ? await repository.head(tag) : undefined);
  if (head === undefined) return undefined;
  const row = await tagAnswer(repository, tag, { head, artifact });
  if (query.class !== undefined && !query.class.includes(row.class)) return undefined;
  return artifact === undefined || suits === undefined || suits(row, artifact) ? row : undefined;
}

function unanswered({ label, registry }: PlainRepository, what: string): ClientError {
  return new ClientError("refused", `cannot list the tags of ${label}: ${registry} has no package API, which ${what} takes`);
}
