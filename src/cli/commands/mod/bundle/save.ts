import type { Command } from "commander";
import { addExamples } from "../../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../../options/module.ts";
import { print, printJson, printNote } from "../../../output/print.ts";
import { startProgress } from "../../../output/progress.ts";
import { counted } from "../../../output/short-text.ts";
import { describeTransfer } from "../../../output/transfer-tally.ts";
import { withModules } from "../../../sessions/module.ts";
import { rootsOf } from "../roots.ts";
import type { BundleSaveOutput } from "./bundle.output.ts";

interface SaveOptions extends ModuleOptions {
  readonly directory: string;
  readonly allVersions?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./bundle.output.ts")).bundleSaveOutput;

/** `opm mod bundle save`: modules into a file. */
export function define(command: Command): void {
  command
    .argument("<file>", "a new file: an OCI layout in a tar archive")
    .argument("[module...]", "path@vX.Y.Z (default: what the module here requires)")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("-a, --all-versions", "path and path@vN stand for all of their versions");
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod bundle save deps.tar", "what the module here requires"],
    ["opm mod bundle save blog.tar example.com/blog@v1.2.0", "a version"],
  );
}

async function run(file: string, texts: readonly string[], options: SaveOptions): Promise<void> {
  const saved = await withModules(options, async (session): Promise<BundleSaveOutput> => {
    const { saveBundle } = await import("../../../../modules/vendor/bundle.ts");
    const { signal } = session;
    const { onProgress, totals, stop } = await startProgress(options);
    try {
      const roots = await rootsOf(session, texts, options, signal);
      return { file, modules: await saveBundle(session, roots, file, { onProgress, signal }), transfer: totals() };
    } finally {
      stop();
    }
  });
  if (options.json === true) return printJson(saved);
  print(...saved.modules.map(({ path, version }) => `${path} ${version}`));
  if (options.quiet !== true) printNote(`${counted(saved.modules.length, "version")} of modules in ${file}, ${describeTransfer(saved.transfer)}`);
}
