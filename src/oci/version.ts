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

/** The version text that a tag stands for, as Helm has it: `v1.2.3_build` → `v1.2.3+build`; another tag stands for itself. */
export function versionText(tag: string): string {
  return parseVersion(tag) === undefined ? tag : tag.replace("_", "+");
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
