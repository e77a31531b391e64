import { isSignatureType } from "../../../../artifacts/signature-types.ts";
import { compileRepositoryGlob } from "../../../../oci/repository-glob.ts";
import { classifyTag } from "../../../../oci/tag-class.ts";
import { parseVersion, versionKey } from "../../../../oci/version.ts";
import type { PackageFilter, PackageQuery } from "../../catalog/packages.ts";
import type { Millis, Visibility } from "../../records.ts";

/** A manifest as the oracle knows it. */
export interface ModelManifest {
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly configMediaType: string | undefined;
  readonly hasSubject: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  readonly title: string | undefined;
  tags: string[];
}

/** A repository as the oracle knows it: slow, obvious, without a database. */
export interface ModelRepository {
  readonly name: string;
  manifests: ModelManifest[];
  updatedAt: Millis;
  pulls: number;
}

export const EVERYTHING: Visibility = { prefixes: undefined, all: true, matches: () => true };

/** What a caller with these globs sees. */
export function visibleBy(...globs: string[]): Visibility {
  const compiled = globs.map(compileRepositoryGlob);
  return { prefixes: compiled.map(({ prefix }) => prefix), all: false, matches: (name) => compiled.some((glob) => glob.matches(name)) };
}

/** The names of the whole list, in its order. */
export function expectedNames(repositories: readonly ModelRepository[], query: Pick<PackageQuery, "filter" | "sort" | "visible">): string[] {
  const { by, descending } = query.sort;
  const key = (repository: ModelRepository): string | number =>
    ({ name: repository.name, updated: repository.updatedAt, pulls: repository.pulls, semver: latestKey(repository) })[by];
  const sign = descending ? -1 : 1;
  return repositories
    .filter((repository) => query.visible.matches(repository.name) && matches(repository, query.filter))
    .sort((a, b) => sign * (compare(key(a), key(b)) || compare(a.name, b.name)))
    .map(({ name }) => name);
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function latestKey({ manifests }: ModelRepository): string {
  const versions = manifests.flatMap(({ tags }) => tags.map((tag) => parseVersion(tag)).filter((version) => version !== undefined));
  const releases = versions.filter(({ prerelease }) => !prerelease);
  const keys = (releases.length > 0 ? releases : versions).map(({ version }) => versionKey(version));
  return keys.sort().at(-1) ?? "";
}

function matches(repository: ModelRepository, filter: PackageFilter): boolean {
  const { name, manifests } = repository;
  const [namespace = "", second, third] = name.split("/");
  const project = second === undefined || third === undefined ? "_" : second;
  const some = (wanted: readonly string[] | undefined, has: (manifest: ModelManifest) => readonly (string | undefined)[]): boolean =>
    wanted === undefined || manifests.some((manifest) => has(manifest).some((value) => value !== undefined && wanted.includes(value)));
  const every = (wanted: readonly string[] | undefined, has: (manifest: ModelManifest) => readonly string[]): boolean =>
    (wanted ?? []).every((value) => manifests.some((manifest) => has(manifest).includes(value)));
  return (
    (filter.namespace === undefined || filter.namespace === (second === undefined ? "library" : namespace)) &&
    (filter.project === undefined || filter.project === project) &&
    (filter.name === undefined || (filter.name.includes("*") ? compileRepositoryGlob(filter.name).matches(name) : name.includes(filter.name))) &&
    some(filter.types, (manifest) => (manifest.hasSubject ? [] : [typeOf(manifest)])) &&
    some(filter.artifactTypes, ({ artifactType }) => [artifactType]) &&
    some(filter.configMediaTypes, ({ configMediaType }) => [configMediaType]) &&
    some(filter.mediaTypes, ({ mediaType }) => [mediaType]) &&
    some(filter.platforms, ({ platforms }) => [...platforms, ...platforms.map((platform) => platform.split("/").slice(0, 2).join("/"))]) &&
    some(filter.classes, ({ tags }) => tags.map((tag) => classifyTag(tag, "image").class)) &&
    every(filter.annotations, ({ annotations }) => pairs(annotations)) &&
    every(filter.labels, ({ labels }) => pairs(labels)) &&
    every(filter.referrers, (manifest) => (manifest.hasSubject ? [typeOf(manifest) ?? ""] : [])) &&
    (filter.signed === undefined || filter.signed === isSigned(repository)) &&
    (filter.since === undefined || repository.updatedAt >= filter.since) &&
    (filter.until === undefined || repository.updatedAt < filter.until) &&
    (filter.text === undefined || hasText(repository, filter.text))
  );
}

function typeOf({ artifactType, configMediaType }: ModelManifest): string | undefined {
  return artifactType ?? configMediaType;
}

function pairs(entries: Readonly<Record<string, string>>): string[] {
  return Object.entries(entries).flatMap(([key, value]) => [key, `${key}=${value}`]);
}

function isSigned({ manifests }: ModelRepository): boolean {
  const byReferrer = manifests.some((manifest) => manifest.hasSubject && isSignatureType(typeOf(manifest) ?? ""));
  return byReferrer || manifests.some(({ tags }) => tags.some((tag) => /^sha256-[0-9a-f]{64}\.sig$/.test(tag)));
}

/** All words are in the name, or in titles and annotations of what has a tag; the last one starts one. */
function hasText({ name, manifests }: ModelRepository, text: string): boolean {
  const tagged = manifests.filter(({ tags }) => tags.some((tag) => !["attachment", "referrers"].includes(classifyTag(tag, "image").class)));
  const words = wordsIn(
    [name, ...tagged.flatMap(({ title, annotations, labels }) => [title ?? "", ...Object.values(annotations), ...Object.values(labels)])].join(" "),
  );
  const wanted = wordsIn(text);
  const start = wanted.pop();
  return start !== undefined && words.some((word) => word.startsWith(start)) && wanted.every((word) => words.includes(word));
}

function wordsIn(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
