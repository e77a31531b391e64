import { parseVersion } from "../oci/version.ts";
import { notARange, parseRange } from "../oci/version-range.ts";
import { ComponentError } from "./component-error.ts";

export interface VersionChoice {
  /** As npm, Helm and Cargo write it, e.g. `^1.2`. */
  readonly range?: string | undefined;
  /** Only the highest; a pre-release only where there is nothing else. */
  readonly latest?: boolean | undefined;
}

/**
 * Selects among the versions of a component.
 * @param versions ascending
 * @throws ComponentError `invalid` for a range that is none
 */
export function matchingVersions(versions: readonly string[], { range: text, latest }: VersionChoice): readonly string[] {
  const range = text === undefined ? undefined : parseRange(text);
  if (text !== undefined && range === undefined) throw new ComponentError("invalid", notARange(text));
  const selected = range === undefined ? versions : versions.filter((version) => range.includes(full(version), { prereleases: false }));
  if (latest !== true) return selected;
  const highest = selected.findLast((version) => parseVersion(full(version))?.prerelease === false) ?? selected.at(-1);
  return highest === undefined ? [] : [highest];
}

/** Versions of components may lack their second and third number. */
function full(version: string): string {
  const [, core = "", rest = ""] = /^v?([0-9.]+)(.*)$/.exec(version) ?? [];
  return `${[...core.split("."), "0", "0"].slice(0, 3).join(".")}${rest}`;
}
