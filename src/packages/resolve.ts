import { abbreviate, isDigest } from "../oci/digest.ts";
import { isTag, parseTag, type Tag } from "../oci/tag.ts";

/** What somebody asks for; at most one of tag and range. */
export interface Wanted {
  readonly range?: string | undefined;
  readonly tag?: string | undefined;
  /** Also pre-releases that no range names. */
  readonly prerelease?: boolean | undefined;
  /** `os/architecture[/variant]` */
  readonly platform?: string | undefined;
  /** Effective types of which it has one. */
  readonly type?: readonly string[] | undefined;
}

/** Where to look. Each gives what suits platform and type, too. */
export interface Resolver<Found> {
  byTag(tag: Tag): Promise<Found | undefined>;
  /** The highest that suits, in the range that is wanted. */
  byVersion(selection: { readonly prerelease: boolean | undefined }): Promise<Found | undefined>;
}

/**
 * What a tag stands for, or the highest version of a range; with neither it is the highest version that is no pre-release, else the
 * tag `latest`, else the highest pre-release.
 */
export async function resolve<Found>({ tag, range, prerelease }: Wanted, { byTag, byVersion }: Resolver<Found>): Promise<Found | undefined> {
  if (tag !== undefined) return isTag(tag) ? await byTag(tag) : undefined;
  const version = await byVersion({ prerelease });
  if (version !== undefined || range !== undefined) return version;
  return (await byTag(parseTag("latest"))) ?? (await byVersion({ prerelease: true }));
}

/** True for what suits one of the types that are wanted. */
export function hasWantedType({ type }: Pick<Wanted, "type">, effective: string | null | undefined): boolean {
  return type === undefined || type.includes(effective ?? "");
}

/** What is said of a question with a tag and a range. */
export const TAG_OR_RANGE = "parameters range and tag exclude each other: give one of them";

export interface Unresolved {
  /** The repository, as the reader knows it. */
  readonly where: string;
  /** What it is best known by: its latest version, else another tag. Undefined where it has no tags. */
  readonly best: { readonly tag: string; readonly version: boolean } | undefined;
  /** Versions that were looked at, the highest, where there are more. */
  readonly looked: number | undefined;
}

/** Why nothing was resolved, and what to do, in one line. */
export function unresolved({ range, tag, platform, type }: Wanted, { where, best, looked }: Unresolved): string {
  const conditions = [platform && `for ${platform}`, type && `of type ${type.join(" or ")}`].filter((condition) => condition !== undefined);
  if (looked !== undefined) {
    const all = [...(range === undefined ? [] : [`in ${range}`]), ...conditions].join(" ");
    return `looked at the ${looked} highest versions of ${where}, and none is ${all}: narrow it down with a range or a tag`;
  }
  if (tag !== undefined && tag === best?.tag && conditions.length > 0) {
    return `${where} has the tag ${tag}, but not ${conditions.join(" ")}: its manifest tells what there is, or name another tag`;
  }
  const what = tag !== undefined ? `tag ${abbreviate(tag)}` : range !== undefined ? `version in ${range}` : "version and no tag latest";
  const unnamed = tag === undefined && range === undefined && conditions.length === 0;
  return `${where} has no ${[what, ...conditions].join(" ")}; ${advice(best, unnamed)}`;
}

function advice(best: Unresolved["best"], unnamed: boolean): string {
  if (best === undefined) return "it has no tags";
  if (unnamed) return `name a tag, e.g. ${best.tag}`;
  return best.version ? `its latest version is ${best.tag}` : `it has e.g. the tag ${best.tag}`;
}

/** What is said of a tag or digest that a repository does not have. */
export function unknownReference(where: string, reference: string): string {
  return `${where} has no ${isDigest(reference) ? "content" : "tag"} ${reference}`;
}
