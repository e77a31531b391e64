import type { Dependency } from "../artifacts/facts.ts";
import { exactTags, requiredRange } from "../artifacts/requirement.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import { parseVersion } from "../oci/version.ts";
import type { VersionRange } from "../oci/version-range.ts";
import type { DependentRow } from "../storage/metadata/catalog/graph.ts";
import type { PolicyFinding } from "../storage/metadata/catalog/policies.ts";
import type { Ports } from "../storage/metadata/store.ts";
import type { Audience } from "./audience.ts";

/** What the look at dependents asks. */
export type DependentsPort = "repositories" | "graph" | "manifests" | "tags";

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

/**
 * The finding of the project's policy on what others depend on, if what is about to go breaks a dependency: one by digest, or one
 * by a version that nothing which stays can stand for. The look at dependents is bounded.
 * @param audience decides which dependents count, and which are named
 */
export async function findBrokenDependents(metadata: Ports<DependentsPort>, removal: Removal, audience: Audience): Promise<PolicyFinding | undefined> {
  const level = (await metadata.repositories.policies(removal.repository)).dependents;
  if (level === "off") return undefined;
  const { repository, digest, last } = removal;
  const check = await createDependentsCheck(metadata, { repository, gone: new Set(removal.tags), digest: last ? digest : undefined, audience });
  const broken = await check(removal);
  return broken.length === 0 ? undefined : dependentsFinding(level, removal, broken, audience);
}

/** The same for a repository that goes as a whole: whoever needs anything of it from another one. */
export async function findDependentsOfAll(metadata: Ports<DependentsPort>, repository: RepositoryName, audience: Audience): Promise<PolicyFinding | undefined> {
  const level = (await metadata.repositories.policies(repository)).dependents;
  if (level === "off") return undefined;
  const { rows } = await metadata.graph.dependents({ keys: await metadata.graph.providedKeys(repository), limit: LOOK, visible: audience.counted });
  const others = rows.filter((row) => row.repository !== repository);
  return others.length === 0 ? undefined : dependentsFinding(level, { repository, tags: [], digest: undefined }, others, audience);
}

export interface DependentsCheckOptions {
  readonly repository: RepositoryName;
  /** Tags that go, in all. */
  readonly gone: ReadonlySet<string>;
  /** A manifest that goes, where there is one only: dependents that name it by digest alone are then found, too. */
  readonly digest?: Digest | undefined;
  readonly audience: Audience;
}

/** Reads once what others need of a repository, to tell of each removal which of them miss something when it is done. */
export async function createDependentsCheck(
  metadata: Ports<DependentsPort>,
  { repository, gone, digest, audience }: DependentsCheckOptions,
): Promise<(removal: Removal) => Promise<DependentRow[]>> {
  const keys = await metadata.graph.providedKeys(repository);
  const { rows } = await metadata.graph.dependents({ keys, digest, limit: LOOK, visible: audience.counted });
  const replaceable = replacements(metadata, repository, gone);
  const byDigest = rows.some(({ dependency }) => dependency.digest !== undefined);
  return async (removal) => {
    const others = rows.filter((row) => row.repository !== removal.repository || row.digest !== removal.digest);
    if (others.length === 0) return [];
    const children = byDigest && removal.last ? (await metadata.manifests.edges(repository, removal.digest)).filter(({ kind }) => kind === "child") : [];
    const digests = new Set([removal.digest, ...children.map((child) => child.digest)]);
    const broken: DependentRow[] = [];
    for (const row of others) {
      const { dependency } = row;
      const missing =
        dependency.digest !== undefined ? removal.last && digests.has(dependency.digest) : concerns(dependency, removal) && !(await replaceable(dependency));
      if (missing) broken.push(row);
    }
    return broken;
  };
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
function replacements(metadata: Ports<DependentsPort>, repository: RepositoryName, gone: ReadonlySet<string>): (dependency: Dependency) => Promise<boolean> {
  const known = new Map<string, boolean>();

  async function look(dependency: Dependency): Promise<boolean> {
    if (dependency.requirement === undefined) {
      return (await metadata.tags.list(repository, { limit: gone.size + 1 }))?.some((tag) => !gone.has(tag)) ?? false;
    }
    const range = dependency.kind === "cue-module" ? undefined : requiredRange(dependency);
    if (range === undefined) return false;
    const page = await metadata.tags.listRows({
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

/** What a policy has to say of dependents that miss something. */
export function dependentsFinding(
  level: PolicyFinding["level"],
  { repository, tags, digest }: Pick<Removal, "repository" | "tags"> & { readonly digest: Digest | undefined },
  broken: readonly DependentRow[],
  { mayPull }: Audience,
): PolicyFinding {
  const all = new Map(broken.map((row) => [nameOf(row), row.repository]));
  const seen = [...all].filter(([, name]) => mayPull(name)).map(([name]) => name);
  const more = seen.length - NAMED;
  // How many there are that the caller's token does not show is not said.
  const who = [...seen.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : []), ...(seen.length < all.size ? ["what this token does not show"] : [])].join(", ");
  const what = digest === undefined ? repository : tags.length === 1 ? `${repository}:${tags[0]}` : `${repository}@${digest}`;
  const advice =
    level === "enforce" ? "it stays: change them first, or the policy 'dependents' of its project" : "opm restore brings it back while its content is kept";
  return { policy: "dependents", level, message: `others depend on ${what}: ${who}; ${advice}` };
}

function nameOf({ repository, digest, tags: [tag] }: DependentRow): string {
  return tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
}
