import { parseVersion, versionKey } from "../oci/version.ts";

/** A module version in full: `v1.2.3`, `v1.2.3-rc.1`. Tags that are none belong to something else. */
export function isModuleVersion(text: string): boolean {
  const parsed = parseVersion(text);
  return parsed !== undefined && text === `v${parsed.version}` && !text.includes("+");
}

/** False for a pre-release. */
export function isStable(version: string): boolean {
  return parseVersion(version)?.prerelease === false;
}

/** Sorts module versions by precedence, each once. */
export function newestFirst(versions: readonly string[]): string[] {
  const keys = new Map(versions.map((version) => [version, versionKey(version.slice(1))]));
  return [...keys.keys()].sort((a, b) => ((keys.get(a) ?? "") < (keys.get(b) ?? "") ? 1 : -1));
}
