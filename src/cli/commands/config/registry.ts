import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { print, printJson, printWarning } from "../../output/print.ts";

interface RegistryOptions {
  readonly registry?: string;
  readonly json?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./registry.output.ts")).configRegistryOutput;

/** `opm config registry`: where modules are, for `cue`. */
export function define(command: Command): void {
  command
    .option("--registry <registries>", "where modules are, as CUE_REGISTRY has it (default: OPM_MODULE_REGISTRY, ~/.opm/config.yaml, CUE_REGISTRY)")
    .option("--json", "print JSON")
    .action(run);
  addExamples(command, ["opm config registry", 'a line for a shell: eval "export $(opm config registry)"']);
}

async function run({ registry, json }: RegistryOptions): Promise<void> {
  const { loadModuleRouting } = await import("../../sessions/module-settings.ts");
  const routing = await loadModuleRouting(registry);
  for (const warning of routing.warnings) printWarning(warning);
  if (json === true) return printJson({ registry: routing.registry, routes: routing.routes });
  print(`CUE_REGISTRY=${shellWord(routing.registry)}`);
}

/** A word that a shell takes as it is. */
function shellWord(text: string): string {
  return /^[\w./:,=+@%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
