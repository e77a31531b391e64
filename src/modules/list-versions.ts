import { ModuleError } from "./helper/helper.ts";
import { isMajor } from "./module-path.ts";
import type { ModuleSession } from "./module-session.ts";
import { isModuleVersion, isStable, newestFirst } from "./module-version.ts";
import { withRouteHint } from "./reference/route-hint.ts";
import { getTarget } from "./reference/target.ts";
import { routeOf } from "./routing/locate.ts";

export interface ListVersionsOptions {
  /** Pre-releases, too. */
  readonly pre: boolean;
  readonly plainHttp: boolean;
  readonly signal: AbortSignal;
}

/** The versions of a module, and where they are. */
export interface ListedVersions {
  /** With major where one was asked for. */
  readonly module: string;
  /** `host[:port]/name` */
  readonly repository: string;
  /** What says so. */
  readonly origin: string;
  /** The newest first. */
  readonly versions: string[];
  /** Pre-releases that were left out. */
  readonly hidden: number;
  /** What the configuration lacks to find the module there; null where nothing is missing. */
  readonly entry: string | null;
}

/**
 * Asks a registry which versions of a module it has. Tags that are no version in full, and those of other majors where one is asked
 * for, do not count.
 * @param reference a module path or its place in a registry, with or without `@vN`
 * @throws ModuleError `not-found` where there is no module
 */
export async function listVersions(session: ModuleSession, reference: string, options: ListVersionsOptions): Promise<ListedVersions> {
  const target = getTarget(reference, session.routing, options);
  const { module, version: major, location, added } = target;
  if (major !== undefined && !isMajor(major)) {
    throw new ModuleError("invalid", `'${reference}': expected ${module}, or ${module}@vN for the versions of one major`);
  }
  const { helper } = added === undefined ? session : await session.withRouting(target.routing);
  const path = major === undefined ? module : `${module}@${major}`;
  const { versions: found } = await helper.call("versions", { path }, { signal: options.signal }).catch((error: unknown) => {
    throw withRouteHint(error, added === undefined ? [] : [added]);
  });
  const all = found.filter((version) => isModuleVersion(version) && (major === undefined || version.startsWith(`${major}.`)));
  const repository = `${location.host}/${location.repository}`;
  if (all.length === 0) throw new ModuleError("not-found", `${path}: not found at ${repository}, or not visible to this user`);
  const shown = options.pre ? all : all.filter(isStable);
  const origin = routeOf(target.routing, module)?.origin ?? "default";
  return { module: path, repository, origin, versions: newestFirst(shown), hidden: all.length - shown.length, entry: added?.entry ?? null };
}
