import { type CachedBlob, isBlobIntact, removeCachedBlob } from "../../../client/cache-contents.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { withModules } from "../../sessions/module.ts";
import type { CacheVerifyOutput } from "./cache.output.ts";
import { takeInventory } from "./inventory.ts";
import type { CacheOptions } from "./options.ts";

/** `opm cache verify` */
export async function verifyCache(options: CacheOptions): Promise<void> {
  const { blobs } = await takeInventory();
  const output = await withModules({ ...options, offline: true }, async ({ helper, signal }): Promise<CacheVerifyOutput> => {
    const { modules } = await helper.call("verify", {}, { signal });
    const damagedBlobs: CachedBlob[] = [];
    for (const blob of blobs) {
      signal.throwIfAborted();
      if (!(await isBlobIntact(blob))) damagedBlobs.push(blob);
    }
    const damaged = modules.filter(({ problems }) => problems.length > 0).map(({ path, version, problems }) => ({ path, version, problems: [...problems] }));
    let bytes = 0;
    if (damaged.length > 0) {
      const named = damaged.map(({ path, version }) => ({ path, version }));
      bytes += (await helper.call("remove", { modules: named, damaged: true }, { signal })).bytes;
    }
    for (const blob of damagedBlobs) bytes += await removeCachedBlob(blob);
    return { checked: modules.length + blobs.length, modules: damaged, blobs: damagedBlobs.map(({ digest }) => digest), bytesRemoved: bytes };
  });
  const { checked, modules, blobs: damaged } = output;
  if (options.json === true) printJson(output);
  else {
    const lines = modules.flatMap(({ path, version, problems }) => problems.map((problem) => `${nameOf(path, version)}: ${problem}`));
    print(...lines, ...damaged.map((digest) => `${digest}: the content is another one`));
    if (options.quiet !== true) printNote(`checked ${checked} module versions and blobs`);
  }
  if (modules.length + damaged.length === 0) return;
  throw new CliError(EXIT.finding, `${modules.length + damaged.length} of ${checked} were damaged and removed: they are fetched again when they are needed`);
}

/** As `opm mod get` takes it. */
function nameOf(path: string, version: string): string {
  return `${path.replace(/@[^@]*$/, "")}@${version}`;
}
