import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { replyOf } from "../../schemas/reply.ts";
import { definePut } from "./put-project.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("putProject");

/** `opm project create`: a place for repositories. */
export function define(command: Command): void {
  definePut(command, "create");
  addExamples(command, ["opm project create registry.example.com/team/web --version-policy enforce", "versions there never change"]);
}
