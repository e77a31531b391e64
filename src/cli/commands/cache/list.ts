import { formatAmount } from "../../output/amount.ts";
import { printJson, printNote, printTable } from "../../output/print.ts";
import type { CacheListOutput } from "./cache.output.ts";
import { bytesOf, takeInventory } from "./inventory.ts";
import type { CacheOptions } from "./options.ts";

/** `opm cache ls` */
export async function listCache(options: CacheOptions): Promise<void> {
  const { folder, modules, contentFolder, blobs } = await takeInventory();
  const items = modules.map(({ fetchedAt, ...rest }) => ({ ...rest, fetchedAt: new Date(fetchedAt).toISOString() }));
  const output: CacheListOutput = {
    modules: { folder, bytes: bytesOf(modules), items },
    content: { folder: contentFolder ?? null, bytes: bytesOf(blobs), blobs: blobs.length },
  };
  if (options.json === true) return printJson(output);
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
  printNote(`${items.length} module versions, ${formatAmount(output.modules.bytes)}, in ${folder}`);
  if (contentFolder !== undefined) printNote(`${blobs.length} blobs of other content, ${formatAmount(output.content.bytes)}, in ${contentFolder}`);
}
