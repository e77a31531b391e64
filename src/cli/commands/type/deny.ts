import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { replyOf } from "../../schemas/reply.ts";
import { putType } from "./type-registry.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("putType");

/** `opm type deny`: no more of it is taken. */
export function define(command: Command): void {
  command.argument("<type>", "media type, in which * stands for any characters");
  addHostOptions(command).action((type: string, options: HostOptions) => putType({ type, rule: "deny" }, options));
  addExamples(command, ["opm type deny 'application/vnd.wasm.*' --registry localhost:5000", "what is there already stays"]);
}
