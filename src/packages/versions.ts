import type { Tag } from "../oci/tag.ts";
import { parseVersion, versionKey } from "../oci/version.ts";
import { namesPrerelease, type VersionRange } from "../oci/version-range.ts";

/** A tag that is a version. */
export interface VersionTag {
  readonly tag: Tag;
  readonly version: string;
  readonly prerelease: boolean;
}

/** Which versions are meant. */
export interface VersionSelection {
  readonly range?: VersionRange | undefined;
  /** False and undefined: those that the range names, and none without a range. */
  readonly prerelease?: boolean | undefined;
}

/** A selection as versions are held against it. */
export interface VersionFilter {
  /** Some pre-releases may be in it. */
  readonly prereleases: boolean;
  includes(version: Pick<VersionTag, "version" | "prerelease">): boolean;
}

export function versionFilter({ range, prerelease = false }: VersionSelection): VersionFilter {
  const prereleases = prerelease || namesPrerelease(range?.text ?? "");
  return {
    prereleases,
    includes: (version) => (prereleases || !version.prerelease) && (range === undefined || range.includes(version.version, { prereleases: prerelease })),
  };
}

/** The tags that are versions, the highest first; of equals (`1.0.0` and `v1.0.0`) the last in ASCII order, which is `v1.0.0`. */
export function versionsOf(tags: readonly Tag[]): VersionTag[] {
  return tags
    .flatMap((tag) => {
      const parsed = parseVersion(tag);
      return parsed === undefined ? [] : [{ ...parsed, tag, key: versionKey(parsed.version) }];
    })
    .sort((a, b) => (a.key === b.key ? (a.tag < b.tag ? 1 : -1) : a.key < b.key ? 1 : -1))
    .map(({ tag, version, prerelease }) => ({ tag, version, prerelease }));
}

/** Those that are meant, in their order. */
export function selectVersions(versions: readonly VersionTag[], selection: VersionSelection): VersionTag[] {
  return versions.filter(versionFilter(selection).includes);
}
