import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { replyOf } from "../../schemas/reply.ts";
import { definePut } from "./put-namespace.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("putNamespace");

/** `opm namespace create`: a place for projects. */
export function define(command: Command): void {
  definePut(command, "create");
  addExamples(command, ["opm namespace create registry.example.com/team --owner group:team", "a place for the projects of a team"]);
}
