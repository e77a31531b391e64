import { ModuleError } from "../helper/helper.ts";
import type { Position } from "../helper/protocol.ts";
import { splitModulePath } from "../module-path.ts";
import type { ModuleSession } from "../module-session.ts";
import { type GraphNode, MAIN, type ModuleGraph, pathOf, readModuleGraph, requirementsOf, selectedOf } from "./module-graph.ts";

/** Who requires a module. */
export interface Requirer {
  /** With major. */
  readonly path: string;
  /** Undefined for the module itself. */
  readonly version: string | undefined;
  /** The version that it requires. */
  readonly requires: string;
}

/** An import of the module's files, and how it leads to a module. */
export interface ImportChain {
  readonly import: string;
  readonly position: Position;
  /** Paths with majors: from the module that is imported to the one in question. */
  readonly modules: readonly string[];
}

/** Why a module is there. */
export interface Explanation {
  readonly node: GraphNode;
  readonly requirers: readonly Requirer[];
  /** Empty where no import leads to it: it is unused then. */
  readonly chains: readonly ImportChain[];
}

interface Call {
  readonly root: string;
  readonly signal?: AbortSignal;
}

/**
 * Says who requires a module, and which imports need it.
 * @param name a module path, of all majors where it has none, or a package in a module
 * @throws ModuleError `not-found` where nothing requires it
 */
export async function explainModule(session: Pick<ModuleSession, "helper">, name: string, { root, signal }: Call): Promise<Explanation[]> {
  const call = signal === undefined ? {} : { signal };
  const [graph, { imports }] = await Promise.all([readModuleGraph(session, { root, ...call }), session.helper.call("imports", { root }, call)]);
  return meant(graph, name).map((node) => {
    const steps = stepsTo(graph, node.path);
    const chains = imports.flatMap((one) => (one.module === undefined || !steps.has(one.module) ? [] : [{ ...one, modules: chain(steps, one.module) }]));
    return { node, requirers: requirersOf(graph, node.path), chains };
  });
}

function meant(graph: ModuleGraph, name: string): GraphNode[] {
  const { base, major: after } = splitModulePath(name);
  const major = after?.split(".", 1)[0];
  const selected = [...selectedOf(graph).values()];
  for (let path = base; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf("/")))) {
    const found = selected.filter((node) => (major === undefined ? splitModulePath(node.path).base === path : node.path === `${path}@${major}`));
    if (found.length > 0) return found;
  }
  throw new ModuleError("not-found", `nothing requires ${name}: 'opm mod graph' shows what ${graph.main} requires`);
}

function requirersOf(graph: ModuleGraph, path: string): Requirer[] {
  return graph.edges.flatMap(({ from, to }) => {
    const target = graph.nodes[to];
    const requirer = graph.nodes[from];
    if (target?.path !== path || requirer?.selected === false) return [];
    return [{ path: pathOf(graph, from), version: from === MAIN ? undefined : requirer?.version, requires: target.version }];
  });
}

/** The next step on a shortest way to a module, by where one is. */
function stepsTo(graph: ModuleGraph, to: string): ReadonlyMap<string, string> {
  const requiredBy = new Map<string, string[]>();
  for (const [from, targets] of requirementsOf(graph)) {
    // what the module itself requires says nothing on why
    if (from !== graph.main) for (const target of targets) requiredBy.set(target, [...(requiredBy.get(target) ?? []), from]);
  }
  const steps = new Map([[to, to]]);
  for (const path of steps.keys()) {
    for (const from of requiredBy.get(path) ?? []) if (!steps.has(from)) steps.set(from, path);
  }
  return steps;
}

function chain(steps: ReadonlyMap<string, string>, from: string): string[] {
  const modules = [from];
  for (let next = steps.get(from); next !== undefined && next !== modules.at(-1); next = steps.get(next)) modules.push(next);
  return modules;
}
