import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { print, printJson } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";
import { withTypeRegistry } from "./type-registry.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("deleteType");

/** `opm type remove`: what was added, allowed or denied. */
export function define(command: Command): void {
  command.argument("<type>", "as it was added, allowed or denied");
  addHostOptions(command).action(run);
  addExamples(command, ["opm type remove 'application/vnd.wasm.*' --registry localhost:5000", "it is taken again"]);
}

async function run(type: string, options: HostOptions): Promise<void> {
  const reply = await withTypeRegistry(options, "change the types of", ({ call }) => call("deleteType", { query: { type } }));
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`took back what was said of ${type}`);
}
