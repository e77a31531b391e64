import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import { addCacheOptions, type CacheOptions } from "./options.ts";

interface CleanOptions extends CacheOptions {
  readonly yes?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./cache.output.ts")).cacheRemoveOutput;

/** `opm cache clean`: nothing is left. */
export function define(command: Command): void {
  addCacheOptions(command.option("-y, --yes", "do not ask")).action(run);
  addExamples(command, ["opm cache clean --yes", "without a question, in scripts"]);
}

async function run(options: CleanOptions): Promise<void> {
  const [{ confirm }, { withModules }, { bytesOf, remove, report, takeInventory }] = await Promise.all([
    import("../../prompts/confirm.ts"),
    import("../../sessions/module.ts"),
    import("./inventory.ts"),
  ]);
  const { folder, modules, blobs, contentFolder } = await takeInventory();
  const removed = await withModules({ ...options, offline: true }, async (session) => {
    if (modules.length + blobs.length > 0) {
      const what = `${counted(modules.length, "module version")} in ${folder} and ${counted(blobs.length, "blob")} (${formatAmount(bytesOf(modules) + bytesOf(blobs))})`;
      await confirm(`Remove ${what}?`, { yes: options.yes === true, signal: session.signal });
    }
    return await remove(session, { modules, blobs, dryRun: false, partial: { folder: contentFolder, before: Number.POSITIVE_INFINITY } });
  });
  report(removed, options);
}
