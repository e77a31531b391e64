import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { withModules } from "../../sessions/module.ts";
import type { ModuleChangeOutput } from "./change.output.ts";
import { reportChange } from "./report-change.ts";

interface FixOptions {
  readonly directory: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./change.output.ts")).moduleChangeOutput;

/** `opm mod fix`: a module file of an old CUE. */
export function define(command: Command): void {
  command
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .option("-q, --quiet", "print results and errors only")
    .action(run);
  addExamples(command, ["opm mod fix -C ./legacy", "cue.mod/module.cue without a language version, or of an older form"]);
}

async function run(options: FixOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<ModuleChangeOutput> => {
    const [{ findModuleRoot }, { fixModule }] = await Promise.all([import("../../../modules/module-root.ts"), import("../../../modules/edit-module.ts")]);
    const root = await findModuleRoot(options.directory);
    return { root, changed: await fixModule(session, { root, signal: session.signal }) };
  });
  reportChange(output, options);
}
