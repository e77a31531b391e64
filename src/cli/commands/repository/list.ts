import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { addLimitOptions, type LimitOptions } from "../../options/limit.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../../client/packages/answers.ts")).packagesAnswer;

/** `opm repository list`: as `opm list`. */
export function define(command: Command): void {
  command.argument("[pattern]", "[host[:port]/]glob or part of the name");
  addHostOptions(addLimitOptions(command)).action(run);
  addExamples(command, ["opm repository list 'registry.example.com/team/**'", "those of a namespace"]);
}

async function run(pattern: string | undefined, options: HostOptions & LimitOptions): Promise<void> {
  const { listPackages } = await import("../list.ts");
  await listPackages(pattern, options);
}
