import semver from "semver";
import { isTag, type Tag } from "./tag.ts";

/** A tag that is a full version by SemVer 2. */
export interface TagVersion {
  /** Without `v`, build metadata after `+`, e.g. `1.2.3-rc.1+build.5`. */
  readonly version: string;
  readonly prerelease: boolean;
}

/** The grammar of semver.org with an optional `v`; `_` stands for `+`, which no tag may hold (as Helm writes it), and so does `.build-` (as OCM does). */
const VERSION =
  /^v?(?<core>(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*))(?:-(?<pre>(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?(?:(?:[_+]|\.build-)(?<build>[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?$/;

/** Reads a text as a full version; undefined when it is none. */
export function parseVersion(text: string): TagVersion | undefined {
  const groups = VERSION.exec(text)?.groups;
  if (groups?.core === undefined) return undefined;
  const { core, pre, build } = groups;
  return { version: `${core}${pre === undefined ? "" : `-${pre}`}${build === undefined ? "" : `+${build}`}`, prerelease: pre !== undefined };
}

/** The tag that stands for a version text, e.g. `1.2.3+build` → `1.2.3_build`; undefined when no tag can. */
export function versionTag(version: string): Tag | undefined {
  const text = version.replace("+", "_");
  return isTag(text) ? text : undefined;
}

/**
 * A text that sorts bytewise as versions do by precedence (semver.org, section 11); build metadata does not count. Numbers of
 * any length are written with their length first.
 */
export function versionKey(version: string): string {
  const [withoutBuild = ""] = version.split("+", 1);
  const dash = withoutBuild.indexOf("-");
  const core = dash < 0 ? withoutBuild : withoutBuild.slice(0, dash);
  const numbers = core.split(".").map(numberKey).join("");
  if (dash < 0) return `${numbers}~`;
  const identifiers = withoutBuild.slice(dash + 1).split(".");
  return `${numbers}${identifiers.map((identifier) => (/^\d+$/.test(identifier) ? `#${numberKey(identifier)}` : `A${identifier}!`)).join("")} `;
}

/** Two digits of length suffice, as a tag has at most 128 characters: longer numbers sort as the longest. */
function numberKey(digits: string): string {
  return `${String(Math.min(digits.length, 99)).padStart(2, "0")}${digits}`;
}

/** A range of versions, e.g. `^1.2`, `>=1 <3 || 4.x`. */
export interface VersionRange {
  readonly text: string;
  /** Keys that every version of the range lies between; undefined: open at this end. Both are inclusive. */
  readonly lowest: string | undefined;
  readonly highest: string | undefined;
  /** `prereleases` lets pre-releases of any version in; without it only those that a bound of the range names. */
  includes(version: string, options?: { readonly prereleases?: boolean }): boolean;
}

/** Characters. */
const RANGE_LIMIT = 256;

/** Parses a range as npm, Helm and Cargo write them; undefined when it is none. */
export function parseRange(text: string): VersionRange | undefined {
  if (text.length > RANGE_LIMIT) return undefined;
  // Helm and Cargo write commas where npm writes spaces.
  const alternatives = text.split("||").map((part) => part.split(",").map((condition) => condition.trim()));
  if (alternatives.some((conditions) => conditions.length > 1 && conditions.includes(""))) return undefined;
  const spaced = alternatives.map((conditions) => conditions.join(" ")).join(" || ");
  const range = semver.validRange(spaced, { loose: false }) === null ? undefined : new semver.Range(spaced);
  if (range === undefined) return undefined;
  const bounds = range.set.map(boundsOf);
  const lowest = bounds.map((bound) => bound.lowest);
  const highest = bounds.map((bound) => bound.highest);
  return {
    text,
    lowest: lowest.includes(undefined) ? undefined : lowest.sort(compareKeys)[0],
    highest: highest.includes(undefined) ? undefined : highest.sort(compareKeys).at(-1),
    includes: (version, { prereleases = false } = {}) => semver.satisfies(version, range, { includePrerelease: prereleases }),
  };
}

function boundsOf(comparators: readonly semver.Comparator[]): { lowest: string | undefined; highest: string | undefined } {
  let lowest: string | undefined;
  let highest: string | undefined;
  for (const { operator, semver: bound } of comparators) {
    if (typeof bound?.version !== "string") continue;
    // A caret's or tilde's first pre-release (`1.2.0-0`) is below what includePrerelease lets in, hence the lowest of its version.
    const key = versionKey(bound.version);
    if (operator !== "<" && operator !== "<=") lowest = later(lowest, versionKey(`${bound.major}.${bound.minor}.${bound.patch}-0`));
    if (operator !== ">" && operator !== ">=") highest = earlier(highest, key);
  }
  return { lowest, highest };
}

function later(one: string | undefined, other: string): string {
  return one === undefined || one < other ? other : one;
}

function earlier(one: string | undefined, other: string): string {
  return one === undefined || one > other ? other : one;
}

function compareKeys(a: string | undefined = "", b: string | undefined = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
