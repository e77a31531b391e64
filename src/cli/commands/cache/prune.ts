import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { parseAgeOption } from "../../options/values.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import type { ModuleCommandSession } from "../../sessions/module.ts";
import { addCacheOptions, type CacheOptions } from "./options.ts";

interface PruneOptions extends CacheOptions {
  /** Seconds. */
  readonly olderThan?: number;
  readonly unused?: boolean;
  readonly dryRun?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./cache.output.ts")).cacheRemoveOutput;

/** `opm cache prune`: what is old, or of no use any more. */
export function define(command: Command): void {
  command
    .option("--older-than <age>", "what was fetched so long ago, e.g. 90d", parseAgeOption)
    .option("--unused", "modules that no project needs which opm worked on here")
    .option("-n, --dry-run", "only say what would be removed");
  addCacheOptions(command).action(run);
  addExamples(
    command,
    ["opm cache prune --unused", "keeps the modules of every project that opm knows"],
    ["opm cache prune --older-than 90d --dry-run", "what was fetched more than 90 days ago"],
  );
}

async function run(options: PruneOptions): Promise<void> {
  const { olderThan, unused, dryRun = false } = options;
  if (olderThan === undefined && unused !== true) throw new CliError(EXIT.invalid, "say what is to go: --older-than <age>, --unused, or both");
  const [{ withModules }, { remove, report, takeInventory }, { moduleKey }] = await Promise.all([
    import("../../sessions/module.ts"),
    import("./inventory.ts"),
    import("../../../modules/cache/used-modules.ts"),
  ]);
  const { modules, blobs, contentFolder } = await takeInventory();
  const limit = olderThan === undefined ? Number.POSITIVE_INFINITY : Date.now() - olderThan * 1000;
  const removed = await withModules({ ...options, offline: true }, async (session) => {
    const used = unused === true ? await usedByProjects(session) : new Set<string>();
    return await remove(session, {
      modules: modules.filter((module) => module.fetchedAt <= limit && !used.has(moduleKey(module))),
      // nobody can say what blobs are for
      blobs: olderThan === undefined ? [] : blobs.filter(({ changedAt }) => changedAt <= limit),
      dryRun,
      partial: { folder: contentFolder, before: olderThan === undefined ? Number.NEGATIVE_INFINITY : limit },
    });
  });
  report(removed, options);
}

/** What the known projects need, and the one around the working folder. */
async function usedByProjects({ helper, signal }: ModuleCommandSession): Promise<Set<string>> {
  const [{ knownProjects }, { usedModules }, { findModuleRoot }] = await Promise.all([
    import("../../../modules/cache/known-projects.ts"),
    import("../../../modules/cache/used-modules.ts"),
    import("../../../modules/module-root.ts"),
  ]);
  const here = await findModuleRoot(".").catch(() => undefined);
  const roots = [...(await knownProjects(process.env.HOME)), ...(here === undefined ? [] : [here])];
  if (roots.length === 0) {
    throw new CliError(
      EXIT.invalid,
      "opm knows no project yet, so that nothing would be kept: run it in a module first, or remove everything with 'opm cache clean'",
    );
  }
  return await usedModules(helper, roots, signal);
}
