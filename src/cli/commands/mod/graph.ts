import { type Command, Option } from "commander";
import type { ModuleGraph } from "../../../modules/graph/module-graph.ts";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { print, printDrawing, printJson, printNote } from "../../output/print.ts";
import { withModules } from "../../sessions/module.ts";
import type { GraphOutput } from "./graph.output.ts";

interface GraphOptions extends ModuleOptions {
  readonly directory: string;
  readonly dot?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./graph.output.ts")).graphOutput;

/** `opm mod graph`: which module requires which. */
export function define(command: Command): void {
  command
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .addOption(new Option("--dot", "in the language of Graphviz").conflicts("json"));
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod graph", "as a tree; v1.0.0 → v1.1.0: a higher version is required elsewhere"],
    ["opm mod graph --dot | dot -Tsvg > graph.svg", "as a picture"],
  );
}

async function run(options: GraphOptions): Promise<void> {
  const graph = await withModules(options, async (session) => {
    const [{ findModuleRoot }, { readModuleGraph }] = await Promise.all([
      import("../../../modules/module-root.ts"),
      import("../../../modules/graph/module-graph.ts"),
    ]);
    return await readModuleGraph(session, { root: await findModuleRoot(options.directory), signal: session.signal });
  });
  if (options.json === true) return printJson(describe(graph));
  const { dotModuleGraph, drawModuleGraph } = await import("./graph-text.ts");
  if (options.dot === true) return print(...dotModuleGraph(graph));
  printDrawing(drawModuleGraph(graph));
  if (options.quiet === true) return;
  for (const group of graph.cycles) printNote(`cycle: ${group.join(", ")} require each other, which is allowed as long as their packages do not`);
}

function describe({ main, nodes, edges, cycles }: ModuleGraph): GraphOutput {
  return {
    main,
    nodes: nodes.map(({ path, version, selected, direct, replacedBy }) => ({ module: path, version, selected, direct, replacedBy: replacedBy ?? null })),
    edges: [...edges],
    cycles: cycles.map((group) => [...group]),
  };
}
