import type { Dependency } from "../artifacts/facts.ts";
import { exactTags, requiredRange } from "../artifacts/requirement.ts";
import { abbreviate, type Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import { parseVersion, type VersionRange } from "../oci/version.ts";
import type { DependentRow, PolicyFinding, Visibility } from "../storage/catalog-store.ts";
import type { MetadataReader } from "../storage/metadata-store.ts";

type Reader = Pick<MetadataReader, "policies" | "providedKeys" | "dependents" | "edges" | "listTags" | "listTagRows" | "tagsOf">;

/** What is about to go from a repository. */
export interface Removal {
  readonly repository: RepositoryName;
  readonly tags: readonly Tag[];
  /** What they point to. */
  readonly digest: Digest;
  /** The manifest goes with them: it is deleted, or these are its last tags. */
  readonly last: boolean;
}

/** Declarations of others that are looked at. */
const LOOK = 200;

/** Dependents that a message names. */
const NAMED = 3;

/** Different requirements for which the versions that stay are looked at, and versions for each. */
const REQUIREMENTS = 20;
const VERSIONS = 100;

const EVERYTHING: Visibility = { all: true, prefixes: undefined, matches: () => true };

/**
 * The finding of the project's policy on what others depend on, if what is about to go breaks a dependency: one by digest, or one
 * by a version that nothing which stays can stand for. The look at dependents is bounded.
 * @param mayPull decides which dependents are named
 */
export async function findBrokenDependents(metadata: Reader, removal: Removal, mayPull: (repository: string) => boolean): Promise<PolicyFinding | undefined> {
  const level = (await metadata.policies(removal.repository)).dependents;
  if (level === "off") return undefined;
  const declared = await loadDependents(metadata, removal.repository, removal.last ? removal.digest : undefined);
  const broken = await brokenBy(metadata, removal, declared);
  return broken.length === 0 ? undefined : finding(level, removal, broken, mayPull);
}

/** What others declare that they need of a repository, as far as the look goes. */
export async function loadDependents(metadata: Reader, repository: RepositoryName, digest: Digest | undefined, limit = LOOK): Promise<readonly DependentRow[]> {
  const keys = await metadata.providedKeys(repository);
  return (await metadata.dependents({ keys, digest, limit, visible: EVERYTHING })).rows;
}

/** Those of the dependents that miss something once the removal is done. */
export async function brokenBy(metadata: Reader, removal: Removal, declared: readonly DependentRow[]): Promise<DependentRow[]> {
  const others = declared.filter((row) => row.repository !== removal.repository || row.digest !== removal.digest);
  if (others.length === 0) return [];
  const digests = new Set<string>([removal.digest]);
  if (removal.last) for (const { kind, digest } of await metadata.edges(removal.repository, removal.digest)) if (kind === "child") digests.add(digest);
  const replaceable = replacements(metadata, removal);
  const broken: DependentRow[] = [];
  for (const row of others) {
    const { dependency } = row;
    const byDigest = dependency.digest !== undefined;
    const missing = byDigest ? removal.last && digests.has(dependency.digest) : concerns(dependency, removal) && !(await replaceable(dependency));
    if (missing) broken.push(row);
  }
  return broken;
}

/** Whether a dependency can mean one of the tags at all. CUE takes the very version that is asked for, however many later ones there are. */
function concerns(dependency: Dependency, { tags }: Removal): boolean {
  if (dependency.requirement === undefined) return tags.length > 0;
  const exact = exactTags(dependency);
  if (tags.some((tag) => exact.includes(tag))) return true;
  const range = dependency.kind === "cue-module" ? undefined : requiredRange(dependency);
  return range !== undefined && tags.some((tag) => includes(range, tag));
}

function includes(range: VersionRange, tag: Tag): boolean {
  const version = parseVersion(tag)?.version;
  return version !== undefined && range.includes(version);
}

/** Tells whether something that stays meets a requirement; what was found is remembered, and beyond the bound nothing is found missing. */
function replacements(metadata: Reader, { repository, tags }: Removal): (dependency: Dependency) => Promise<boolean> {
  const gone = new Set<string>(tags);
  const known = new Map<string, boolean>();

  async function look(dependency: Dependency): Promise<boolean> {
    if (dependency.requirement === undefined) {
      return (await metadata.listTags(repository, { limit: tags.length + 1 }))?.some((tag) => !gone.has(tag)) ?? false;
    }
    const range = dependency.kind === "cue-module" ? undefined : requiredRange(dependency);
    if (range === undefined) return false;
    const page = await metadata.listTagRows({
      repository,
      filter: { classes: ["semver"], lowest: range.lowest, highest: range.highest },
      sort: { by: "semver", descending: true },
      limit: VERSIONS,
    });
    return page?.rows.some(({ tag }) => !gone.has(tag) && includes(range, tag)) ?? false;
  }

  return async (dependency) => {
    const key = `${dependency.kind} ${dependency.requirement ?? ""}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = known.size >= REQUIREMENTS || (await look(dependency));
    known.set(key, found);
    return found;
  };
}

function finding(level: PolicyFinding["level"], removal: Removal, broken: readonly DependentRow[], mayPull: (repository: string) => boolean): PolicyFinding {
  const visible = [...new Set(broken.filter(({ repository }) => mayPull(repository)).map(nameOf))];
  const named = visible.slice(0, NAMED);
  const more = broken.length - named.length;
  const who = [...named, ...(more > 0 ? [`${more} ${named.length > 0 ? "more" : "that you may not see"}`] : [])].join(", ");
  const what = removal.tags.length === 1 ? `${removal.repository}:${removal.tags[0]}` : `${removal.repository}@${abbreviate(removal.digest)}`;
  const advice =
    level === "enforce" ? "it stays: change them first, or the policy 'dependents' of its project" : "it can be restored for a while with opm restore";
  return { policy: "dependents", level, message: `others depend on ${what}: ${who}; ${advice}` };
}

function nameOf({ repository, digest, tags: [tag] }: DependentRow): string {
  return tag === undefined ? `${repository}@${abbreviate(digest)}` : `${repository}:${tag}`;
}
