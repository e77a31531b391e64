import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { printJson, printNote, printTable } from "../../output/print.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import type { CacheListOutput } from "./cache.output.ts";
import { addCacheOptions, type CacheOptions } from "./options.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./cache.output.ts")).cacheListOutput;

/** `opm cache ls`: what is there, without verifying it. */
export function define(command: Command): void {
  addCacheOptions(command).action(run);
  addExamples(command, ["opm cache ls", "modules, their sizes, and where the folders are"]);
}

async function run(options: CacheOptions): Promise<void> {
  const { bytesOf, takeInventory } = await import("./inventory.ts");
  const { folder, modules, contentFolder, blobs } = await takeInventory();
  const items = modules.map(({ fetchedAt, ...rest }) => ({ ...rest, fetchedAt: new Date(fetchedAt).toISOString() }));
  const listed: CacheListOutput = {
    modules: { folder, bytes: bytesOf(modules), items },
    content: { folder: contentFolder ?? null, bytes: bytesOf(blobs), blobs: blobs.length },
  };
  if (options.json === true) return printJson(listed);
  printTable(
    ["MODULE", "VERSION", "SIZE", "FETCHED", "STATE"],
    items.map(({ path, version, bytes, fetchedAt, complete }) => [
      path,
      version,
      formatAmount(bytes),
      fetchedAt.slice(0, 10),
      complete ? "complete" : "module file only",
    ]),
  );
  if (options.quiet === true) return;
  printNote(`${counted(items.length, "module version")}, ${formatAmount(listed.modules.bytes)}, in ${folder}`);
  if (contentFolder !== undefined) printNote(`${counted(blobs.length, "blob")} of other content, ${formatAmount(listed.content.bytes)}, in ${contentFolder}`);
}
