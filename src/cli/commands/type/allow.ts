import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { replyOf } from "../../schemas/reply.ts";
import { putType } from "./type-registry.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("putType");

/** `opm type allow`: no others are taken from then on. */
export function define(command: Command): void {
  command.argument("<type>", "media type, in which * stands for any characters");
  addHostOptions(command).action((type: string, options: HostOptions) => putType({ type, rule: "allow" }, options));
  addExamples(command, ["opm type allow 'application/vnd.acme.*' --registry localhost:5000", "everything of a vendor"]);
}
