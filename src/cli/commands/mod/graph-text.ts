import { MAIN, type ModuleGraph, nameOf, pathOf, selectedOf } from "../../../modules/graph/module-graph.ts";
import { printable } from "../../output/printable.ts";

/** Lines of a tree of what a module requires. What is there more than once is followed the first time only. */
export function drawModuleGraph(graph: ModuleGraph): string[] {
  const next = Map.groupBy(graph.edges, ({ from }) => from);
  const selected = selectedOf(graph);
  const seen = new Set<number>([MAIN]);
  const lines = [printable(graph.main)];
  const draw = (from: number, branch: readonly string[], indent: string): void => {
    const steps = next.get(from) ?? [];
    for (const [at, { to }] of steps.entries()) {
      const last = at === steps.length - 1;
      const node = graph.nodes[to];
      const path = pathOf(graph, to);
      const isFollowed = !branch.includes(path) && node?.selected === true;
      const again = isFollowed && seen.has(to) && (next.get(to)?.length ?? 0) > 0;
      const marks = [
        ...(node === undefined || node.selected ? [] : [`→ ${selected.get(node.path)?.version}`]),
        ...(node?.replacedBy === undefined ? [] : [`(replaced by ${node.replacedBy})`]),
        ...(from === MAIN && node?.direct === false ? ["(indirect)"] : []),
        ...(isInCycle(graph, { from, to }) ? ["(cycle)"] : []),
        ...(again ? ["(see above)"] : []),
      ];
      lines.push(printable([`${indent}${last ? "└── " : "├── "}${node === undefined ? path : nameOf(node)}`, ...marks].join(" ")));
      if (!isFollowed || seen.has(to)) continue;
      seen.add(to);
      draw(to, [...branch, path], `${indent}${last ? "    " : "│   "}`);
    }
  };
  draw(MAIN, [graph.main], "");
  return lines;
}

/** The graph in the language of Graphviz (graphviz.org/doc/info/lang.html): dashed is what is required, but not selected; red what requires itself. */
export function dotModuleGraph(graph: ModuleGraph): string[] {
  const id = (index: number) => quote(index === MAIN ? graph.main : nameOf(graph.nodes[index] ?? { path: "", version: "" }));
  return [
    `digraph ${quote(graph.main)} {`,
    "  rankdir=LR; node [shape=box, fontname=monospace];",
    `  ${id(MAIN)} [style=bold];`,
    ...graph.nodes.map((node, index) => `  ${id(index)}${node.selected ? "" : " [style=dashed]"};`),
    ...graph.edges.map((edge) => `  ${id(edge.from)} -> ${id(edge.to)}${isInCycle(graph, edge) ? " [color=red]" : ""};`),
    "}",
  ];
}

function isInCycle(graph: ModuleGraph, { from, to }: ModuleGraph["edges"][number]): boolean {
  return graph.cycles.some((group) => group.includes(pathOf(graph, from)) && group.includes(pathOf(graph, to)));
}

function quote(text: string): string {
  return `"${printable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
