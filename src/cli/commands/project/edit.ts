import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { replyOf } from "../../schemas/reply.ts";
import { definePut } from "./put-project.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("putProject");

/** `opm project edit`: what is said of one, and its policies. */
export function define(command: Command): void {
  definePut(command, "edit");
  addExamples(command, ["opm project edit localhost:5000/team/web --claim 'legacy/web-*'", "repositories belong to it whatever their names say"]);
}
