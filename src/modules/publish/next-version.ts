import { isModuleVersion, newestFirst } from "../module-version.ts";

/** What to publish after these versions of all majors: the next patch of the highest one. `v1.0.0` where there is none, `v0.1.0` for v0. */
export function nextVersion(versions: readonly string[], major: string): string {
  const [highest] = newestFirst(versions.filter((version) => version.startsWith(`${major}.`) && isModuleVersion(version)));
  return highest === undefined ? (major === "v0" ? "v0.1.0" : `${major}.0.0`) : nextPatch(versions, highest);
}

/** The patch version to take in place of one that is taken: the release of a pre-release where it is free, else the next patch. */
export function nextPatch(versions: readonly string[], taken: string): string {
  const [core = taken] = taken.slice(1).split("-", 1);
  if (core !== taken.slice(1) && !versions.includes(`v${core}`)) return `v${core}`;
  const line = core.slice(0, core.lastIndexOf(".") + 1);
  const ofLine = versions.filter((version) => version.startsWith(`v${line}`)).map((version) => version.slice(line.length + 1));
  const patches = [core.slice(line.length), ...ofLine].map((text) => BigInt(text.split("-", 1)[0] ?? "0"));
  const last = patches.sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? 0n;
  return `v${line}${last + 1n}`;
}
