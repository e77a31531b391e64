import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { print, printJson } from "../output/print.ts";
import { COMMIT, describeVersion, PLATFORM, VERSION } from "../version.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./version.output.ts")).versionOutput;

/** `opm version`: what this program is and what it runs on. */
export function define(command: Command): void {
  command.option("--json", "print JSON, as docs/reference/json.md describes it").action((options: { readonly json?: boolean }) => {
    if (options.json === true) return printJson({ version: VERSION, commit: COMMIT ?? null, bun: Bun.version, platform: PLATFORM });
    print(describeVersion());
  });
  addExamples(command, ["opm version", "for a report of a fault"]);
}
