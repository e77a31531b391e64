import semver from "semver";
import { abbreviate } from "./digest.ts";
import { parseVersion, versionKey } from "./version.ts";

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

/** Numbers that are too large to be counted with exactly, as in `1.0.20260120123456789`. */
const LARGE = /(?<!\d)[1-9]\d{15,}(?!\d)/g;

/** What stands for the first of them while a range is taken apart; the one after it is free for what a range adds to a number. */
const STAND_IN = 9_000_000_000_000_000;

/** One bound of a range. Keys as `versionKey` gives them. */
interface Bound {
  readonly operator: string;
  readonly key: string;
  /** The lowest version with the same numbers: pre-releases that a bound names are let in, and they have its numbers. */
  readonly first: string;
  readonly core: string;
  readonly prerelease: boolean;
}

type Sets = readonly (readonly Bound[])[];

/** `-` right after a number or a part of one. */
const NAMES_PRERELEASE = /[\dx*]-[\dA-Za-z]/i;

/** True for a range one of whose bounds is a pre-release: it lets some in. */
export function namesPrerelease(range: string): boolean {
  return NAMES_PRERELEASE.test(range);
}

/** What is said of a text that is no range. */
export function notARange(text: string): string {
  return `'${abbreviate(text, 80)}' is no range of versions: write e.g. ^1.2, ~1.2.3 or '>=1.2 <2'`;
}

/** Parses a range as npm, Helm and Cargo write them; undefined when it is none. Numbers may have any length. */
export function parseRange(text: string): VersionRange | undefined {
  if (text.length > RANGE_LIMIT) return undefined;
  // Helm and Cargo write commas where npm writes spaces.
  const alternatives = text.split("||").map((part) => part.split(",").map((condition) => condition.trim()));
  if (alternatives.some((conditions) => conditions.length > 1 && conditions.includes(""))) return undefined;
  const spaced = alternatives.map((conditions) => conditions.join(" ")).join(" || ");
  const sets = setsOf(spaced, false);
  if (sets === undefined) return undefined;
  let withPrereleases: Sets | undefined;
  const lowest = sets.map((bounds) =>
    bounds.filter(({ operator }) => !operator.startsWith("<")).reduce<string | undefined>((key, { first }) => later(key, first), undefined),
  );
  const highest = sets.map((bounds) =>
    bounds.filter(({ operator }) => !operator.startsWith(">")).reduce<string | undefined>((key, bound) => earlier(key, bound.key), undefined),
  );
  return {
    text,
    lowest: lowest.includes(undefined) ? undefined : lowest.sort(compareKeys)[0],
    highest: highest.includes(undefined) ? undefined : highest.sort(compareKeys).at(-1),
    includes(version, { prereleases = false } = {}) {
      const parsed = parseVersion(version);
      if (parsed === undefined) return false;
      const key = versionKey(parsed.version);
      // what stands for a range differs: `1.x` begins with the first pre-release of 1.0.0 where they are let in
      if (prereleases) withPrereleases ??= setsOf(spaced, true) ?? sets;
      const chosen = prereleases ? (withPrereleases ?? sets) : sets;
      const named = parsed.prerelease && !prereleases ? coreOf(parsed.version) : undefined;
      return chosen.some(
        (bounds) => bounds.every((bound) => meets(key, bound)) && (named === undefined || bounds.some((bound) => bound.prerelease && bound.core === named)),
      );
    },
  };
}

/** Each alternative's bounds, which must all hold. */
function setsOf(text: string, includePrerelease: boolean): Sets | undefined {
  const large = [...new Set(text.match(LARGE))].map(BigInt).sort((a, b) => (a < b ? -1 : 1));
  const standIns = new Map(large.map((number, at) => [String(number), String(STAND_IN + 2 * at)]));
  const countable = text.replaceAll(LARGE, (number) => standIns.get(number) ?? number);
  if (semver.validRange(countable, { loose: false, includePrerelease }) === null) return undefined;
  const back = (version: string) =>
    large.length === 0
      ? version
      : version.replaceAll(LARGE, (found) => String((large[Math.floor((Number(found) - STAND_IN) / 2)] ?? 0n) + BigInt(Number(found) % 2)));
  return new semver.Range(countable, { includePrerelease }).set.map((comparators) =>
    comparators.flatMap(({ operator, semver: bound }): Bound[] => {
      if (typeof bound?.version !== "string") return [];
      const version = back(bound.version);
      const core = coreOf(version);
      return [{ operator, key: versionKey(version), first: versionKey(`${core}-0`), core, prerelease: bound.prerelease.length > 0 }];
    }),
  );
}

function coreOf(version: string): string {
  return /^[\d.]+/.exec(version)?.[0] ?? version;
}

function meets(key: string, bound: Bound): boolean {
  switch (bound.operator) {
    case ">":
      return key > bound.key;
    case ">=":
      return key >= bound.key;
    case "<":
      return key < bound.key;
    case "<=":
      return key <= bound.key;
    default:
      return key === bound.key;
  }
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
