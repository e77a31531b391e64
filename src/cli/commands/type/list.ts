import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { print, printJson, printTable } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";
import { withTypeRegistry } from "./type-registry.ts";

interface ListOptions extends HostOptions {
  readonly long?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("listTypes");

/** `opm type list`: what they are called, and whether they are taken. */
export function define(command: Command): void {
  addHostOptions(command.option("--long", "every column")).action(run);
  addExamples(command, ["opm type list --registry localhost:5000", "types, what they are called and whether they are taken"]);
}

async function run(options: ListOptions): Promise<void> {
  const reply = await withTypeRegistry(options, "list the types of", ({ call }) => call("listTypes", {}));
  if (options.json === true) return printJson(reply);
  const rows = reply.types.map(({ type, title, category, source, admitted, extractor, consume }) =>
    options.long === true
      ? [type, title, category, admitted ? "yes" : "no", source, extractor ?? "-", consume ?? "-"]
      : [type, title, admitted ? "yes" : "no", source],
  );
  printTable(options.long === true ? ["TYPE", "TITLE", "CATEGORY", "TAKEN", "SOURCE", "EXTRACTOR", "USE"] : ["TYPE", "TITLE", "TAKEN", "SOURCE"], rows, {
    cut: options.long === true ? [6, 5, 2] : [1, 3],
  });
  if (reply.allow.length > 0) print("", `only taken: ${reply.allow.join(", ")}`);
  if (reply.deny.length > 0) print("", `refused: ${reply.deny.join(", ")}`);
}
