import type { Descriptor } from "../../oci/descriptor.ts";
import { parsePlatform, platformMatch } from "../../oci/platform.ts";
import type { Tag } from "../../oci/tag.ts";
import { classifyTag } from "../../oci/tag-class.ts";
import { ClientError } from "../client-error.ts";
import type { TagAnswer, TagsAnswer, VersionsAnswer } from "../packages/answers.ts";
import type { PageOptions, TagsQuery, VersionsQuery } from "../packages/package-source.ts";
import { requirePlatform } from "../select-platform.ts";
import { floatingTags } from "./floating.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainRepository } from "./plain-repository.ts";
import { tagAnswer } from "./tag-answer.ts";
import { selectVersions, versionsOf } from "./versions.ts";

/** Tags whose manifests are read at most for one filtered list. */
const READ_LIMIT = 500;

/** Tags looked at at once while a filtered list is filled. */
const BATCH = 16;

/** Filters that the distribution API gives no answer to, or only one for each tag that takes several requests. */
const SERVER_FILTERS = ["label", "signed", "referrer", "since", "until"] as const;

/** Versions in their order, and what floating tags stand for. @throws ClientError */
export async function plainVersions(repository: PlainRepository, query: VersionsQuery, page: PageOptions): Promise<VersionsAnswer> {
  const versions = selectVersions(versionsOf(await repository.tags()), query);
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
  const named = query.name === undefined ? tags : tags.filter(globOf(query.name));
  const deep = [query.type, query.platform, query.annotation].some((filter) => filter !== undefined);
  const rows: TagAnswer[] = [];
  let at = 0;
  while (at < named.length && rows.length < limit && (!deep || at < READ_LIMIT)) {
    const size = deep ? BATCH : Math.min(limit - rows.length, 1000);
    const found = await mapParallel(named.slice(at, at + size), (tag) => rowOf(repository, tag, query, deep));
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

async function rowOf(repository: PlainRepository, tag: Tag, query: TagsQuery, deep: boolean): Promise<TagAnswer | undefined> {
  const artifact = deep ? await repository.artifact(tag) : undefined;
  const head: Descriptor | undefined = artifact?.descriptor ?? (deep ? undefined : await repository.head(tag));
  if (head === undefined) return undefined;
  const row = await tagAnswer(repository, tag, { head, artifact });
  if (query.class !== undefined && !query.class.includes(row.class)) return undefined;
  if (artifact === undefined) return row;
  const { annotations } = artifact.manifest;
  const suits =
    (query.type === undefined || query.type.includes(row.contentType ?? "")) &&
    (query.platform === undefined || query.platform.some((wanted) => hasPlatform(row.platforms ?? [], wanted))) &&
    (query.annotation ?? []).every((pair) => hasPair(annotations, pair));
  return suits ? row : undefined;
}

function hasPlatform(platforms: readonly string[], text: string): boolean {
  const wanted = requirePlatform(text);
  return platforms.map(parsePlatform).some((there) => there !== undefined && platformMatch(wanted, there) > 0);
}

function hasPair(annotations: Readonly<Record<string, string>>, pair: string): boolean {
  const equals = pair.indexOf("=");
  if (equals < 0) return Object.hasOwn(annotations, pair);
  return Object.hasOwn(annotations, pair.slice(0, equals)) && annotations[pair.slice(0, equals)] === pair.slice(equals + 1);
}

/** A glob over tags, in which `*` stands for any characters. */
function globOf(glob: string): (tag: string) => boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return (tag) => tag === glob;
  return (tag) => {
    if (tag.length < first.length + last.length || !tag.startsWith(first) || !tag.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = tag.indexOf(part, at);
      if (found < 0 || found + part.length > tag.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
}

function unanswered({ label, registry }: PlainRepository, what: string): ClientError {
  return new ClientError("refused", `cannot list the tags of ${label}: ${registry} has no package API, which ${what} takes`);
}
