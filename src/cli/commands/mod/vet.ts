import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { collectOption } from "../../options/values.ts";
import { printJson, printNote, printWarning } from "../../output/print.ts";
import { withModules } from "../../sessions/module.ts";
import type { VetOutput } from "./vet.output.ts";

interface VetOptions extends ModuleOptions {
  readonly directory: string;
  readonly values?: string[];
  readonly concrete?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./vet.output.ts")).vetOutput;

/** `opm mod vet`: whether the module is free of errors. */
export function define(command: Command): void {
  command
    .argument("[package...]", "folders of the module, as ./web or ./web/..., or import paths (default: all)")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("-f, --values <file>", "values for #config, in place of debugValues: CUE, YAML or JSON (repeatable)", collectOption)
    .option("-c, --concrete", "every regular field must have a value");
  addModuleOptions(command).action(run);
  addExamples(command, ["opm mod vet", "all packages of the module"], ["opm mod vet -f production.yaml", "with other values than its debugValues"]);
}

async function run(packages: string[], options: VetOptions): Promise<void> {
  const { directory, values, concrete, json, quiet } = options;
  const output = await withModules(options, async ({ helper, signal }): Promise<VetOutput> => {
    const [{ findModuleRoot }, { vetModule }] = await Promise.all([import("../../../modules/module-root.ts"), import("../../../modules/vet.ts")]);
    const root = await findModuleRoot(directory);
    return await vetModule({ helper }, { root, from: directory, packages, signal, ...(values && { values }), ...(concrete !== undefined && { concrete }) });
  });
  if (json === true) return printJson({ packages: output.packages, policies: output.policies, warnings: output.warnings } satisfies VetOutput);
  if (quiet === true) return;
  for (const text of output.warnings) printWarning(text);
  printNote(`valid: ${count(output.packages, "package")}${output.policies.length > 0 ? `, ${count(output.policies.length, "policy", "policies")}` : ""}`);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
