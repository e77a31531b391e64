import type { Tag } from "../../oci/tag.ts";
import { classifyTag, type TagClassification } from "../../oci/tag-class.ts";
import { versionKey } from "../../oci/version.ts";
import { namesPrerelease, notARange, parseRange, type VersionRange } from "../../oci/version-range.ts";
import { ClientError } from "../client-error.ts";

/** A tag that is a version. */
export interface VersionTag {
  readonly tag: Tag;
  readonly version: string;
  readonly prerelease: boolean;
  readonly classification: TagClassification;
}

export interface VersionSelection {
  readonly range?: string | undefined;
  /** Undefined: those that the range names, and none without a range. */
  readonly prerelease?: boolean | undefined;
}

/** The tags that are versions, the highest first; among equals in ASCII order. */
export function versionsOf(tags: readonly Tag[]): VersionTag[] {
  return tags
    .flatMap((tag) => {
      const classification = classifyTag(tag, undefined);
      const { version, prerelease } = classification;
      return version === undefined ? [] : [{ tag, version, prerelease, classification, key: versionKey(version) }];
    })
    .sort((a, b) => (a.key === b.key ? (a.tag < b.tag ? -1 : 1) : a.key < b.key ? 1 : -1));
}

/** Those of a range. @throws ClientError `invalid` for a range that is none */
export function selectVersions(versions: readonly VersionTag[], { range: text, prerelease }: VersionSelection): VersionTag[] {
  const range = text === undefined ? undefined : requireRange(text);
  const some = prerelease === true || namesPrerelease(text ?? "");
  return versions.filter(
    (version) => (some || !version.prerelease) && (range === undefined || range.includes(version.version, { prereleases: prerelease ?? false })),
  );
}

function requireRange(text: string): VersionRange {
  const range = parseRange(text);
  if (range !== undefined) return range;
  throw new ClientError("invalid", notARange(text));
}
