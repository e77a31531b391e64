import type { HelperResult, ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";

/** The index that stands for the module itself. */
export const MAIN = -1;

/** A module version that requirements reach. */
export type GraphNode = HelperResult<"graph">["nodes"][number];

/** What a module requires, and what that requires. */
export interface ModuleGraph {
  /** With major. */
  readonly main: string;
  readonly nodes: readonly GraphNode[];
  /** Indexes of nodes; -1 is the module itself. */
  readonly edges: HelperResult<"graph">["edges"];
  /** Modules that require each other, each group sorted. */
  readonly cycles: readonly (readonly string[])[];
}

interface Call {
  readonly root: string;
  readonly signal?: AbortSignal;
}

/** @throws ModuleError `not-found` for a requirement that is in no registry; `network`, `permission`, `invalid` */
export async function readModuleGraph({ helper }: Pick<ModuleSession, "helper">, { root, signal }: Call): Promise<ModuleGraph> {
  const { main, nodes, edges } = await helper.call("graph", { root }, signal === undefined ? {} : { signal });
  const graph = { main, nodes, edges };
  return { ...graph, cycles: findCycles(graph) };
}

/** `lib.test/base@v1`, or that of the module itself. */
export function pathOf({ main, nodes }: Pick<ModuleGraph, "main" | "nodes">, index: number): string {
  return nodes[index]?.path ?? main;
}

/** What the module is built of, by its path: the version that is selected of each. */
export function selectedOf({ nodes }: Pick<ModuleGraph, "nodes">): ReadonlyMap<string, GraphNode> {
  return new Map(nodes.filter(({ selected }) => selected).map((node) => [node.path, node]));
}

/** Who requires what, by paths, as far as it is selected. */
export function requirementsOf(graph: Pick<ModuleGraph, "main" | "nodes" | "edges">): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { from, to } of graph.edges) {
    if (graph.nodes[from]?.selected === false) continue;
    const path = pathOf(graph, from);
    const required = found.get(path) ?? new Set();
    found.set(path, required.add(pathOf(graph, to)));
  }
  return found;
}

/** Groups of modules that reach each other (Tarjan, strongly connected components). Without recursion: chains may be long. */
function findCycles(graph: Pick<ModuleGraph, "main" | "nodes" | "edges">): string[][] {
  const next = requirementsOf(graph);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const enter = (path: string) => {
    order.set(path, order.size);
    lowest.set(path, order.size - 1);
    open.push(path);
    return { path, rest: [...(next.get(path) ?? [])] };
  };
  const lower = (path: string, to: number) => lowest.set(path, Math.min(lowest.get(path) ?? to, to));
  const leave = (path: string) => {
    if (lowest.get(path) !== order.get(path)) return;
    const group = open.splice(open.lastIndexOf(path));
    if (group.length > 1 || next.get(path)?.has(path) === true) cycles.push(group.sort());
  };
  for (const start of next.keys()) {
    const stack = order.has(start) ? [] : [enter(start)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const target = top.rest.pop();
      if (target === undefined) {
        leave(top.path);
        stack.pop();
        const above = stack.at(-1);
        if (above !== undefined) lower(above.path, lowest.get(top.path) ?? 0);
      } else if (!order.has(target)) stack.push(enter(target));
      else if (open.includes(target)) lower(top.path, order.get(target) ?? 0);
    }
  }
  return cycles.sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}

/** `lib.test/base@v1 v1.2.3` */
export function nameOf({ path, version }: ModuleVersion): string {
  return `${path} ${version}`;
}
