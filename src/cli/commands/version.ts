import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { print, printJson } from "../output/print.ts";
import { COMMIT, VERSION } from "../version.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./version.output.ts")).versionOutput;

/** `opm version`: what this program is and what it runs on. */
export function define(command: Command): void {
  command.option("--json", "print JSON, as docs/reference/json.md describes it").action((options: { readonly json?: boolean }) => {
    const details = { version: VERSION, commit: COMMIT ?? null, bun: Bun.version, platform: `${process.platform}-${process.arch}` };
    if (options.json === true) return printJson(details);
    const commit = COMMIT === undefined ? "" : `commit ${COMMIT}, `;
    print(`opm ${VERSION} (${commit}bun ${Bun.version}, ${details.platform})`);
  });
  addExamples(command, ["opm version", "for a report of a fault"]);
}
