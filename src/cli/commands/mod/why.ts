import type { Command } from "commander";
import type { Explanation } from "../../../modules/graph/why.ts";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { formatPosition } from "../../output/diagnostic-lines.ts";
import { print, printJson } from "../../output/print.ts";
import { withModules } from "../../sessions/module.ts";
import type { WhyOutput } from "./why.output.ts";

interface WhyOptions extends ModuleOptions {
  readonly directory: string;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./why.output.ts")).whyOutput;

/** `opm mod why`: who needs a module. */
export function define(command: Command): void {
  command
    .argument("<module>", "the module's path, with or without @vN, or a package in it")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".");
  addModuleOptions(command).action(run);
  addExamples(command, ["opm mod why example.com/base", "who requires it, and which imports lead there"]);
}

async function run(name: string, options: WhyOptions): Promise<void> {
  const { root, explanations } = await withModules(options, async (session) => {
    const [{ findModuleRoot }, { explainModule }] = await Promise.all([import("../../../modules/module-root.ts"), import("../../../modules/graph/why.ts")]);
    const root = await findModuleRoot(options.directory);
    return { root, explanations: await explainModule(session, name, { root, signal: session.signal }) };
  });
  if (options.json === true) return printJson(describe(explanations));
  for (const explanation of explanations) print(...linesOf(explanation, root));
}

function linesOf({ node, requirers, chains }: Explanation, root: string): string[] {
  const { path, version, direct, replacedBy } = node;
  return [
    `${path} ${version} (${direct ? "direct" : "indirect"}${replacedBy === undefined ? "" : `, replaced by ${replacedBy}`})`,
    "  required by",
    ...requirers.map((requirer) => `    ${requirer.path}${requirer.version === undefined ? "" : ` ${requirer.version}`}: ${requirer.requires}`),
    chains.length === 0 ? "  no import needs it: 'opm mod tidy' looks whether it can go" : "  needed by",
    ...chains.map(({ import: imported, position, modules }) => `    ${formatPosition(position, { root })}: import "${imported}": ${modules.join(" → ")}`),
  ];
}

function describe(explanations: readonly Explanation[]): WhyOutput {
  return {
    modules: explanations.map(({ node, requirers, chains }) => ({
      module: node.path,
      version: node.version,
      direct: node.direct,
      replacedBy: node.replacedBy ?? null,
      requiredBy: requirers.map(({ path, version, requires }) => ({ module: path, version: version ?? null, requires })),
      chains: chains.map(({ import: imported, position, modules }) => ({ import: imported, position, modules: [...modules] })),
    })),
  };
}
