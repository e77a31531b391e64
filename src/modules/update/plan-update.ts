import { isClientError } from "../../client/client-error.ts";
import { moduleVersions } from "../get/candidates.ts";
import { ModuleError } from "../helper/helper.ts";
import type { HelperResult, ModuleVersion } from "../helper/protocol.ts";
import { splitModulePath } from "../module-path.ts";
import type { ModuleSession } from "../module-session.ts";
import { type NewerVersions, newerVersions } from "./newer-versions.ts";

/** A dependency, and what there is after the version in use. */
export interface DependencyStatus extends NewerVersions {
  /** With major. */
  readonly path: string;
  readonly current: string;
  /** What to update to; undefined where nothing is newer, or what is newer is of no use. */
  readonly target: ModuleVersion | undefined;
  /** Why a newer major is of no use. */
  readonly reason: string | undefined;
}

export interface UpdatePlan {
  readonly dependencies: readonly DependencyStatus[];
  /** Why it cannot be told of the others. */
  readonly failures: readonly Error[];
}

export interface PlanOptions {
  readonly root: string;
  /** Dependencies to look at, with or without major. Default: all. */
  readonly names?: readonly string[];
  /** Other majors as well. */
  readonly major: boolean;
  /** Pre-releases as well. */
  readonly pre: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Looks which dependencies have newer versions. Writes nothing.
 * @throws ModuleError `not-found` for a name that is no dependency, `invalid` for a module file with faults
 */
export async function planUpdate(session: ModuleSession, options: PlanOptions): Promise<UpdatePlan> {
  const { root, names = [], major, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const { file } = await session.helper.call("moduleFile", { root }, call);
  const dependencies = named(file.dependencies, names);
  const bases = [...new Set(dependencies.map(({ path }) => splitModulePath(path).base))];
  const [listed, uses] = await Promise.all([
    Promise.all(bases.map(async (base) => [base, await versionsOrFailure(session, base, call)] as const)),
    major ? usesOf(session, { root, ...call }) : undefined,
  ]);
  const versions = new Map(listed);
  const statuses = dependencies.flatMap(({ path, version }) => {
    const found = versions.get(splitModulePath(path).base);
    return found === undefined || found instanceof Error ? [] : [status({ path, version }, newerVersions({ path, version }, found, options), uses)];
  });
  return { dependencies: statuses, failures: [...versions.values()].filter((found) => found instanceof Error) };
}

/** Which modules the main module imports, and which ones others require. */
interface Uses {
  readonly imported: ReadonlySet<string>;
  readonly required: ReadonlyMap<string, string>;
}

function status({ path, version }: ModuleVersion, newer: NewerVersions, uses: Uses | undefined): DependencyStatus {
  const { patch, minor, major } = newer;
  const within = minor ?? patch;
  const requirer = uses?.imported.has(path) === false ? uses.required.get(path) : undefined;
  const takesMajor = uses !== undefined && major !== undefined && requirer === undefined;
  const target = takesMajor ? major : within === undefined ? undefined : { path, version: within };
  const reason =
    uses !== undefined && major !== undefined && requirer !== undefined ? `no file imports ${path}, it is there because ${requirer} requires it` : undefined;
  return { path, current: version, ...newer, target, reason };
}

type Dependency = HelperResult<"moduleFile">["file"]["dependencies"][number];

function named(dependencies: readonly Dependency[], names: readonly string[]): Dependency[] {
  const own = dependencies.filter(({ replaceWith }) => replaceWith === undefined);
  if (names.length === 0) return own;
  const wanted = names.flatMap((name) => {
    const { base, major } = splitModulePath(name);
    if (major?.includes(".")) throw new ModuleError("invalid", `update looks for the version itself: for this one type 'opm mod get ${base}@${major}'`);
    const isMeant = ({ path }: Dependency) => path === name || splitModulePath(path).base === name;
    if (dependencies.some((one) => isMeant(one) && one.replaceWith !== undefined)) {
      throw new ModuleError("invalid", `${name} is replaced in cue.mod/local-module.cue: 'opm mod edit --drop-replace' ends that`);
    }
    const found = own.filter(isMeant);
    if (found.length > 0) return found;
    const known = own.length === 0 ? "it has none" : `those are ${own.map(({ path }) => path).join(", ")}`;
    throw new ModuleError("not-found", `${name} is no dependency of this module: ${known}`);
  });
  return [...new Set(wanted)];
}

async function versionsOrFailure(session: ModuleSession, base: string, call: { readonly signal?: AbortSignal }): Promise<string[] | Error> {
  try {
    const versions = await moduleVersions(session, base, call);
    return versions.length > 0 ? versions : new ModuleError("not-found", `${base}: no versions were found, or none are visible to this user`);
  } catch (error) {
    if (call.signal?.aborted === true || !(error instanceof ModuleError || isClientError(error))) throw error;
    return error;
  }
}

async function usesOf({ helper }: ModuleSession, { root, signal }: { readonly root: string; readonly signal?: AbortSignal }): Promise<Uses> {
  const call = signal === undefined ? {} : { signal };
  const { nodes, edges } = await helper.call("graph", { root }, call);
  const imported = new Set(nodes.filter(({ direct }) => direct).map(({ path }) => path));
  const required = new Map<string, string>();
  for (const { from, to } of edges) {
    const requirer = nodes[from];
    const target = nodes[to];
    if (requirer?.selected === true && target !== undefined) required.set(target.path, `${requirer.path} ${requirer.version}`);
  }
  return { imported, required };
}
