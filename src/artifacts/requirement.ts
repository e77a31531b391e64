import { parseVersion } from "../oci/version.ts";
import { parseRange, type VersionRange } from "../oci/version-range.ts";
import { COMPONENT_BUILD } from "./component-names.ts";
import type { Dependency } from "./facts.ts";

/**
 * The versions that meet a requirement, by the rules of who declared it; undefined when it is a name, such as a tag, or
 * absent. CUE asks for a version or any later one of the same major (https://cuelang.org/docs/reference/modules/).
 */
export function requiredRange({ kind, requirement }: Dependency): VersionRange | undefined {
  if (requirement === undefined || kind === "base-image") return undefined;
  if (kind !== "cue-module") return parseRange(requirement);
  const version = parseVersion(requirement)?.version;
  if (version === undefined) return undefined;
  return parseRange(`>=${version} <${BigInt(version.split(".", 1)[0] ?? "0") + 1n}.0.0-0`);
}

/** Tags by which an exact requirement is met at once: as declared, and with or without `v`. */
export function exactTags({ kind, requirement }: Dependency): string[] {
  if (requirement === undefined) return [];
  const tag = requirement.replace("+", kind === "ocm-component" ? COMPONENT_BUILD : "_");
  return parseVersion(requirement) === undefined ? [tag] : [tag, tag.startsWith("v") ? tag.slice(1) : `v${tag}`];
}
