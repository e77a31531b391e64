import type { Command } from "commander";

/** What all commands of the cache take. */
export interface CacheOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds `--json` and `--quiet`. Call it after the command's own options. */
export function addCacheOptions(command: Command): Command {
  return command.option("--json", "print JSON, as docs/reference/json.md describes it").option("-q, --quiet", "print results and errors only");
}
