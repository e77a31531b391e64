import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { startProgress } from "../../output/progress.ts";
import { counted } from "../../output/short-text.ts";
import { describeTransfer } from "../../output/transfer-tally.ts";
import { withModules } from "../../sessions/module.ts";
import type { VendorOutput } from "./vendor.output.ts";

interface VendorOptions extends ModuleOptions {
  readonly directory: string;
  readonly check?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./vendor.output.ts")).vendorOutput;

/** `opm mod vendor`: what a module requires, beside it. */
export function define(command: Command): void {
  command
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("--check", "change nothing; exit with 6 when something is missing, damaged or not needed");
  addModuleOptions(command).action(run);
  addExamples(command, ["opm mod vendor", "fetch what is missing; commit cue.mod/vendor"], ["opm mod build --vendor", "build with it, wherever it is"]);
}

async function run(options: VendorOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<VendorOutput> => {
    const [{ findModuleRoot }, { vendorModule }] = await Promise.all([
      import("../../../modules/module-root.ts"),
      import("../../../modules/vendor/vendor-module.ts"),
    ]);
    const root = await findModuleRoot(options.directory);
    const { onProgress, totals, stop } = await startProgress(options);
    try {
      const { modules, added, removed, ...rest } = await vendorModule(session, { root, check: options.check === true, onProgress, signal: session.signal });
      return { ...rest, modules: [...modules], added: [...added], removed: [...removed], transfer: totals() };
    } finally {
      stop();
    }
  });
  const { added, removed, damaged, modules } = output;
  if (options.json === true) printJson(output);
  else print(...added.map(({ path, version }) => `+ ${path} ${version}`), ...removed.map(({ path, version }) => `- ${path} ${version}`));
  const isCurrent = added.length + removed.length + damaged === 0;
  if (options.check === true && !isCurrent) throw new CliError(EXIT.finding, "cue.mod/vendor is not what the module requires: run 'opm mod vendor'");
  if (options.json === true || options.quiet === true) return;
  const sent = added.length === 0 ? "" : `, fetched ${describeTransfer(output.transfer)}`;
  printNote(modules.length === 0 ? "the module requires no other" : `${counted(modules.length, "version")} of modules in cue.mod/vendor${sent}`);
}
