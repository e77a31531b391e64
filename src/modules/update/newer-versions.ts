import { versionKey } from "../../oci/version.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import { splitModulePath } from "../module-path.ts";
import { isStable } from "../module-version.ts";

/** The newest versions that come after one, by how far they are from it. */
export interface NewerVersions {
  /** Of the same minor version. */
  readonly patch: string | undefined;
  /** Of another minor version of the same major. */
  readonly minor: string | undefined;
  /** Of the highest other major. */
  readonly major: ModuleVersion | undefined;
}

/**
 * What there is after the version in use. Pre-releases count where `pre` says so, or the version in use is one.
 * @param versions of all majors, the newest first
 */
export function newerVersions({ path, version }: ModuleVersion, versions: readonly string[], { pre }: { readonly pre: boolean }): NewerVersions {
  const { base, major = "" } = splitModulePath(path);
  const key = versionKey(version.slice(1));
  const takesPre = pre || !isStable(version);
  const newer = versions.filter((other) => versionKey(other.slice(1)) > key && (takesPre || isStable(other)));
  const ofMajor = newer.filter((other) => other.startsWith(`${major}.`));
  const line = version.slice(0, version.indexOf(".", version.indexOf(".") + 1) + 1);
  const next = newer.find((other) => !other.startsWith(`${major}.`));
  return {
    patch: ofMajor.find((other) => other.startsWith(line)),
    minor: ofMajor.find((other) => !other.startsWith(line)),
    major: next === undefined ? undefined : { path: `${base}@${next.split(".", 1)[0]}`, version: next },
  };
}
