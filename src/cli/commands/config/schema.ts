import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { printJson } from "../../output/print.ts";

/** `opm config schema`: what may stand in the file. */
export function define(command: Command): void {
  command.action(run);
  addExamples(command, ["opm config schema > opm.schema.json", "for an editor that completes and checks opm.yaml"]);
}

async function run(): Promise<void> {
  const { configJsonSchema } = await import("../../../config/schema.ts");
  printJson(configJsonSchema());
}
