import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions } from "../../options/client.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";
import { addFileOptions, countSteps, type FileOptions, stepLines, withCatalogFile } from "./reconcile.ts";

interface ApplyOptions extends FileOptions {
  readonly yes?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("applyCatalog");

/** `opm catalog apply`: the registry becomes what a file declares. */
export function define(command: Command): void {
  addHostOptions(addFileOptions(command).option("-y, --yes", "do not ask before something is removed")).action(run);
  addExamples(command, ["opm catalog apply -f catalog.yaml --registry registry.example.com", "prints what it changes; a second time nothing"]);
}

async function run(options: ApplyOptions): Promise<void> {
  const reply = await withCatalogFile(options, "apply", async ({ call, signal }, catalog) => {
    const body = { catalog, ...(options.prune && { prune: true }) };
    if (options.prune === true && options.yes !== true) {
      const { steps } = await call("applyCatalog", { body: { ...body, dryRun: true } });
      const removed = steps.filter(({ action }) => action === "remove");
      if (removed.length > 0) {
        for (const step of removed) printNote(`${step.action} ${step.kind} ${step.name}`);
        const { confirm } = await import("../../prompts/confirm.ts");
        await confirm(`Remove ${removed.length} ${removed.length === 1 ? "declaration" : "declarations"}?`, { yes: false, signal });
      }
    }
    return await call("applyCatalog", { body });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(...stepLines(reply.steps), reply.steps.length === 0 ? "nothing to change" : `${countSteps(reply.steps.length)} applied`);
}
