import { formatAmount } from "../../output/amount.ts";
import { confirm } from "../../prompts/confirm.ts";
import { withModules } from "../../sessions/module.ts";
import { bytesOf, takeInventory } from "./inventory.ts";
import type { CleanOptions } from "./options.ts";
import { remove, report } from "./remove.ts";

/** `opm cache clean` */
export async function cleanCache(options: CleanOptions): Promise<void> {
  const { folder, modules, blobs, contentFolder } = await takeInventory();
  const output = await withModules({ ...options, offline: true }, async (session) => {
    if (modules.length + blobs.length > 0) {
      const what = `${modules.length} module versions in ${folder} and ${blobs.length} blobs (${formatAmount(bytesOf(modules) + bytesOf(blobs))})`;
      await confirm(`Remove ${what}?`, { yes: options.yes === true, signal: session.signal });
    }
    return await remove(session, { modules, blobs, dryRun: false, partial: { folder: contentFolder, before: Number.POSITIVE_INFINITY } });
  });
  report(output, options);
}
