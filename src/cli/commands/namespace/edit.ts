import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { replyOf } from "../../schemas/reply.ts";
import { definePut } from "./put-namespace.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("putNamespace");

/** `opm namespace edit`: what is said of one. */
export function define(command: Command): void {
  definePut(command, "edit");
  addExamples(command, ["opm namespace edit registry.example.com/team --label cost=4711 --owner ann", "what is not named stays"]);
}
