import { COMPONENT_FOLDER } from "../artifacts/component-names.ts";
import type { Dependency, DependencyKind } from "../artifacts/facts.ts";
import { exactTags, requiredRange } from "../artifacts/requirement.ts";
import type { Digest } from "../oci/digest.ts";
import { isRepositoryName, type RepositoryName } from "../oci/name.ts";
import { isTag, type Tag } from "../oci/tag.ts";
import { parseVersion } from "../oci/version.ts";
import type { VersionRange } from "../oci/version-range.ts";

/** What meets a dependency, in the repository that was looked into. */
export interface DependencyMatch {
  readonly tag: Tag | null;
  readonly digest: Digest;
}

/** One repository, as a dependency is looked for in it. */
export interface Candidates {
  byDigest(digest: Digest): Promise<DependencyMatch | undefined>;
  byTag(tag: Tag): Promise<DependencyMatch | undefined>;
  /** The highest version that is no pre-release, unless the range names some. */
  highest(range: VersionRange | undefined): Promise<DependencyMatch | undefined>;
}

/** The digest that is named, else the very version or tag, else the highest version of the range; without a requirement the latest. */
export async function bestMatch(dependency: Dependency, { byDigest, byTag, highest }: Candidates): Promise<DependencyMatch | undefined> {
  const { digest, requirement } = dependency;
  const named = digest === undefined ? undefined : await byDigest(digest);
  if (named !== undefined) return named;
  for (const tag of exactTags(dependency).filter(isTag)) {
    const found = await byTag(tag);
    if (found !== undefined) return found;
  }
  const range = requiredRange(dependency);
  return range === undefined && requirement !== undefined ? undefined : await highest(range);
}

/** Whether a version, by its digest and the tags that it has, meets a requirement; null when that cannot be told. */
export function isMet(dependency: Dependency, { digest, tags }: { readonly digest: Digest; readonly tags: readonly string[] }): boolean | null {
  if (dependency.digest !== undefined) return dependency.digest === digest;
  if (dependency.requirement === undefined) return true;
  if (exactTags(dependency).some((tag) => tags.includes(tag))) return true;
  const range = requiredRange(dependency);
  if (range === undefined) return tags.length === 0 ? null : false;
  const versions = tags.map((tag) => parseVersion(tag)?.version).filter((version) => version !== undefined);
  if (versions.length === 0) return null;
  return versions.some((version) => range.includes(version));
}

/** Where a component is that is in the same place as another; undefined where that is in no such place. */
export function componentBeside(repository: RepositoryName, component: string): RepositoryName | undefined {
  const at = `/${repository}`.indexOf(`/${COMPONENT_FOLDER}/`);
  const name = `${repository.slice(0, Math.max(at, 0))}${COMPONENT_FOLDER}/${component}`;
  return at >= 0 && isRepositoryName(name) ? name : undefined;
}

/** True for what a child of an index declares and the index itself, too: of a component version its index says what its manifest says. */
export function isRepeated({ kind, declaredBy }: { readonly kind: DependencyKind; readonly declaredBy: Digest }, index: Digest): boolean {
  return kind === "ocm-component" && declaredBy !== index;
}

/** A dependency as documents show it. */
export function dependencyDocument({ kind, key, name, registry, requirement, digest }: Dependency): {
  kind: DependencyKind;
  key: string;
  name: string;
  registry: string | null;
  requirement: string | null;
  digest: Digest | null;
} {
  return { kind, key, name, registry: registry ?? null, requirement: requirement ?? null, digest: digest ?? null };
}
