import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { parseAgeOption } from "../options/time.ts";
import type { CacheOptions, CleanOptions, PruneOptions } from "./cache/options.ts";

/** `opm cache`: the module cache, which is shared with `cue`, and the blobs that `opm` keeps. */
export function registerCache(program: Command): void {
  const cache = program.command("cache").description("list, verify and clean what was fetched");
  const listing = cache.command("ls").description("list the modules in the cache, and how much the content of registries takes");
  common(listing).action(async (options: CacheOptions) => (await import("./cache/list.ts")).listCache(options));
  addExamples(listing, ["opm cache ls", "modules, their sizes, and where the folders are"]);
  const verify = cache.command("verify").description("compare all that is cached with what was fetched, and remove what is damaged; exits with 6 if some was");
  common(verify).action(async (options: CacheOptions) => (await import("./cache/verify.ts")).verifyCache(options));
  addExamples(verify, ["opm cache verify", "for instance after a cache was restored in a pipeline"]);
  const prune = cache
    .command("prune")
    .description("remove what is old, or what no project needs any more")
    .option("--older-than <age>", "what was fetched so long ago, e.g. 90d", parseAgeOption)
    .option("--unused", "modules that no project needs which opm worked on here")
    .option("-n, --dry-run", "only say what would be removed");
  common(prune).action(async (options: PruneOptions) => (await import("./cache/prune.ts")).pruneCache(options));
  addExamples(
    prune,
    ["opm cache prune --unused", "keeps the modules of every project that opm knows"],
    ["opm cache prune --older-than 90d --dry-run", "what was fetched more than 90 days ago"],
  );
  const clean = cache.command("clean").description("remove all that is cached: the next command fetches what it needs").option("-y, --yes", "do not ask");
  common(clean).action(async (options: CleanOptions) => (await import("./cache/clean.ts")).cleanCache(options));
  addExamples(clean, ["opm cache clean --yes", "without a question, in scripts"]);
}

function common(command: Command): Command {
  return command.option("--json", "print JSON, as docs/reference/json.md describes it").option("-q, --quiet", "print results and errors only");
}
