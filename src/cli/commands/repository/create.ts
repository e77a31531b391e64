import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { replyOf } from "../../schemas/reply.ts";
import { definePut } from "./put-repository.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("putRepository");

/** `opm repository create`: before its first push. */
export function define(command: Command): void {
  definePut(command, "create");
  addExamples(command, ["opm repository create example.com/team/web/app --description 'The shop'", "with a description from the start"]);
}
