import type { Command } from "commander";
import { collectOption } from "./collect.ts";

export interface LookupOptions {
  readonly lookup?: readonly string[];
}

/** `--lookup`, of commands that follow references. */
export function addLookupOption(command: Command): Command {
  return command.option("--lookup <repository>", "where else component versions are that are referred to (repeatable)", collectOption);
}
