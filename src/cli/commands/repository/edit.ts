import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { replyOf } from "../../schemas/reply.ts";
import { definePut } from "./put-repository.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("putRepository");

/** `opm repository edit`: what is said of one. */
export function define(command: Command): void {
  definePut(command, "edit");
  addExamples(command, ["opm repository edit localhost:5000/team/web/app --owner group:team", "what is not named stays"]);
}
