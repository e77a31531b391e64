import { knownProjects } from "../../../modules/cache/known-projects.ts";
import { moduleKey, usedModules } from "../../../modules/cache/used-modules.ts";
import { findModuleRoot } from "../../../modules/module-root.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { type ModuleCommandSession, withModules } from "../../sessions/module.ts";
import { takeInventory } from "./inventory.ts";
import type { PruneOptions } from "./options.ts";
import { remove, report } from "./remove.ts";

/** `opm cache prune` */
export async function pruneCache(options: PruneOptions): Promise<void> {
  const { olderThan, unused, dryRun = false } = options;
  if (olderThan === undefined && unused !== true) throw new CliError(EXIT.invalid, "say what is to go: --older-than <age>, --unused, or both");
  const { modules, blobs, contentFolder } = await takeInventory();
  const limit = olderThan === undefined ? Number.POSITIVE_INFINITY : Date.now() - olderThan * 1000;
  const output = await withModules({ ...options, offline: true }, async (session) => {
    const used = unused === true ? await usedByProjects(session) : new Set<string>();
    return await remove(session, {
      modules: modules.filter((module) => module.fetchedAt <= limit && !used.has(moduleKey(module))),
      // nobody can say what blobs are for
      blobs: olderThan === undefined ? [] : blobs.filter(({ changedAt }) => changedAt <= limit),
      dryRun,
      partial: { folder: contentFolder, before: olderThan === undefined ? Number.NEGATIVE_INFINITY : limit },
    });
  });
  report(output, options);
}

/** What the known projects need, and the one around the working folder. */
async function usedByProjects({ helper, signal }: ModuleCommandSession): Promise<Set<string>> {
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
