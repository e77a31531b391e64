import { compileNamePattern } from "../../../../oci/repository-glob.ts";
import type { Visibility } from "../../../metadata/records.ts";
import { disjoint } from "../../repositories/reads.ts";

/** Above every character of a repository name. */
export const END_OF_NAMES = "\u007f";

/** Names from `from` on, below `to`. */
export interface NameRange {
  readonly from: string;
  readonly to: string;
}

/** A condition on names: what does not lie in one of the ranges, which are in order, does not match. */
export interface NameCondition {
  readonly ranges: readonly NameRange[];
  /** What the caller may see of them. */
  readonly visible: Visibility;
  /** Names in the ranges may not match. */
  readonly selective: boolean;
  matches(name: string): boolean;
}

/** @param pattern a glob, or without `*` a part of the name */
export function nameCondition(visible: Visibility, pattern: string | undefined): NameCondition {
  const named = compileNamePattern(pattern ?? "**");
  const start = named.prefix;
  const prefixes = visible.all || visible.prefixes === undefined ? [start] : withStart(visible.prefixes, start);
  return {
    ranges: disjoint(prefixes).map((prefix) => ({ from: prefix, to: prefix + END_OF_NAMES })),
    visible,
    selective: !visible.all || !named.all,
    matches: (name) => named.matches(name) && (visible.all || visible.matches(name)),
  };
}

/** The prefixes of names that start with `start` as well. */
function withStart(prefixes: readonly string[], start: string): string[] {
  return prefixes.filter((prefix) => prefix.startsWith(start) || start.startsWith(prefix)).map((prefix) => (prefix.length > start.length ? prefix : start));
}

/** A text right before all that start with this one: no name lies between. */
export function justBelow(text: string): string {
  return text === "" ? "" : text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) - 1) + END_OF_NAMES;
}
