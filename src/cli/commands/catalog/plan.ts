import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions } from "../../options/client.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";
import { addFileOptions, countSteps, type FileOptions, stepLines, withCatalogFile } from "./reconcile.ts";

interface PlanOptions extends FileOptions {
  readonly check?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("applyCatalog");

/** `opm catalog plan`: what `apply` would do. */
export function define(command: Command): void {
  addHostOptions(addFileOptions(command).option("--check", "exit with 6 when something would change")).action(run);
  addExamples(command, ["opm catalog plan --check -f catalog.yaml --registry localhost:5000", "whether registry and file have drifted apart"]);
}

async function run(options: PlanOptions): Promise<void> {
  const reply = await withCatalogFile(options, "plan", ({ call }, catalog) =>
    call("applyCatalog", { body: { catalog, ...(options.prune && { prune: true }), dryRun: true } }),
  );
  if (options.json === true) printJson(reply);
  else print(...stepLines(reply.steps), reply.steps.length === 0 ? "nothing to change" : `${countSteps(reply.steps.length)} to apply`);
  if (options.check === true && reply.steps.length > 0) throw new CliError(EXIT.finding, `the registry is not what ${options.file} declares`);
}
