import { isBlobIntact } from "../../../client/cache-contents.ts";
import { CliError, EXIT } from "../../exit-code.ts";
import { withModules } from "../../module-session.ts";
import { print, printJson, printNote } from "../../output.ts";
import type { CacheVerifyOutput } from "../../schemas/cache.ts";
import { takeInventory } from "./inventory.ts";
import type { CacheOptions } from "./options.ts";

/** `opm cache verify` */
export async function verifyCache(options: CacheOptions): Promise<void> {
  const { blobs } = await takeInventory();
  const output = await withModules({ ...options, offline: true }, async ({ helper, signal }): Promise<CacheVerifyOutput> => {
    const { modules } = await helper.call("verify", {}, { signal });
    const damagedBlobs = [];
    for (const blob of blobs) {
      signal.throwIfAborted();
      if (!(await isBlobIntact(blob))) damagedBlobs.push(blob.digest);
    }
    const damaged = modules.filter(({ problems }) => problems.length > 0);
    return {
      checked: modules.length + blobs.length,
      modules: damaged.map(({ path, version, problems }) => ({ path, version, problems: [...problems] })),
      blobs: damagedBlobs,
    };
  });
  const { checked, modules, blobs: damaged } = output;
  if (options.json === true) printJson(output);
  else {
    const lines = modules.flatMap(({ path, version, problems }) => problems.map((problem) => `${nameOf(path, version)}: ${problem}`));
    print(...lines, ...damaged.map((digest) => `${digest}: the content is another one`));
    if (options.quiet !== true) printNote(`checked ${checked} module versions and blobs`);
  }
  if (modules.length + damaged.length === 0) return;
  const first = modules[0];
  const remedy = first === undefined ? "they are fetched again when they are needed" : `run 'opm mod get --force ${nameOf(first.path, first.version)}'`;
  throw new CliError(EXIT.finding, `${modules.length + damaged.length} of ${checked} are damaged: ${remedy}, or 'opm cache clean'`);
}

/** As `opm mod get` takes it. */
function nameOf(path: string, version: string): string {
  return `${path.replace(/@[^@]*$/, "")}@${version}`;
}
