import type { Command } from "commander";
import type { CachedBlob } from "../../../client/cache-contents.ts";
import { addExamples } from "../../help/examples.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import type { CacheVerifyOutput } from "./cache.output.ts";
import { addCacheOptions, type CacheOptions } from "./options.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./cache.output.ts")).cacheVerifyOutput;

/** `opm cache verify`: whether it is what was fetched. */
export function define(command: Command): void {
  addCacheOptions(command).action(run);
  addExamples(command, ["opm cache verify", "for instance after a cache was restored in a pipeline"]);
}

async function run(options: CacheOptions): Promise<void> {
  const [{ isBlobIntact, removeCachedBlob }, { withModules }, { takeInventory }] = await Promise.all([
    import("../../../client/cache-contents.ts"),
    import("../../sessions/module.ts"),
    import("./inventory.ts"),
  ]);
  const { blobs } = await takeInventory();
  const verified = await withModules({ ...options, offline: true }, async ({ helper, signal }): Promise<CacheVerifyOutput> => {
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
  const { checked, modules, blobs: damaged } = verified;
  if (options.json === true) printJson(verified);
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
