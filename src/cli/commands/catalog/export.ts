import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions, registryHost } from "../../options/client.ts";
import { printJson, printText } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("exportCatalog");

/** `opm catalog export`: all that was declared, as a file. */
export function define(command: Command): void {
  addHostOptions(command).action(run);
  addExamples(command, ["opm catalog export --registry registry.example.com > catalog.yaml", "what apply takes again"]);
}

async function run(options: HostOptions): Promise<void> {
  const [{ withPackageApi }, { catalogYaml }] = await Promise.all([import("../../sessions/package.ts"), import("./catalog-file.ts")]);
  const registry = await registryHost(options);
  const reply = await withPackageApi(options, { registry, what: `cannot export the catalog of ${registry}` }, ({ call }) => call("exportCatalog", {}));
  if (options.json === true) return printJson(reply);
  printText(catalogYaml(reply));
}
