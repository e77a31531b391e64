import { ModuleError } from "../helper/helper.ts";
import type { ModuleSession } from "../module-session.ts";
import { isModuleVersion, isStable, newestFirst } from "../module-version.ts";

/** Versions that a message lists. */
const LISTED = 8;

interface Call {
  readonly signal?: AbortSignal;
}

/** The versions of a module of all majors, the newest first; pre-releases as well. @throws ModuleError */
export async function moduleVersions({ helper }: Pick<ModuleSession, "helper">, base: string, { signal }: Call = {}): Promise<string[]> {
  const { versions } = await helper.call("versions", { path: base }, signal === undefined ? {} : { signal });
  return newestFirst(versions.filter(isModuleVersion));
}

/** The newest stable version of a major. @param versions the newest first */
export function newestStable(versions: readonly string[], major: string): string | undefined {
  return versions.find((version) => isStable(version) && version.startsWith(`${major}.`));
}

/**
 * What to say of a version that is none in full: which there are, and what to type.
 * @param wanted what stood behind `@`; undefined where nothing did
 * @param versions of all majors, the newest first
 */
export function versionNeeded(base: string, wanted: string | undefined, versions: readonly string[]): ModuleError {
  const name = wanted === undefined ? base : `${base}@${wanted}`;
  const near = nearTo(wanted, versions);
  const [suggested] = near.filter(isStable).concat(near);
  const details = { module: base, versions: [...versions], ...(suggested !== undefined && { suggested: `${base}@${suggested}` }) };
  if (suggested === undefined)
    return new ModuleError("invalid", `${name} is no version in full, such as v1.2.3, and no version of ${base} was found`, { details });
  const shown = near.slice(0, LISTED).join(", ");
  const more = near.length > LISTED ? ` and ${near.length - LISTED} more, which 'opm mod versions ${base}' lists` : "";
  const message = `${name} is no version in full: there ${near.length === 1 ? "is" : "are"} ${shown}${more}; type 'opm mod get ${base}@${suggested}'`;
  return new ModuleError("invalid", message, { details });
}

/** The versions that somebody may have meant: those that begin so; all where none does. */
function nearTo(wanted: string | undefined, versions: readonly string[]): readonly string[] {
  const [, numbers] = /^[vV]?([0-9]+(?:\.[0-9]+)*)/.exec(wanted ?? "") ?? [];
  if (numbers === undefined) return versions;
  const near = versions.filter((version) => version === `v${numbers}` || version.startsWith(`v${numbers}.`) || version.startsWith(`v${numbers}-`));
  return near.length > 0 ? near : versions;
}
