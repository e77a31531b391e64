import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { print, printJson } from "../output/print.ts";
import { COMMIT, VERSION } from "../version.ts";

/** `opm version`: what this program is and what it runs on. */
export function registerVersion(program: Command): void {
  const command = program
    .command("version")
    .description("print the version, the commit and the runtime")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action((options: { readonly json?: boolean }) => {
      const details = { version: VERSION, commit: COMMIT ?? null, bun: Bun.version, platform: `${process.platform}-${process.arch}` };
      if (options.json === true) return printJson(details);
      const commit = COMMIT === undefined ? "" : `commit ${COMMIT}, `;
      print(`opm ${VERSION} (${commit}bun ${Bun.version}, ${details.platform})`);
    });
  addExamples(command, ["opm version", "for a report of a fault"]);
}
