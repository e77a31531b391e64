import type { Command } from "commander";
import { addClientOptions, type HostOptions } from "./client.ts";
import { addConfigOptions, type ConfigOptions } from "./config.ts";

/** The options of commands that work on a data folder of this machine, or with `--registry` on a registry that runs. */
export interface AccountOptions extends ConfigOptions, HostOptions {}

/** Adds `--config`, `--data`, `--registry`, `--json` and how to reach the registry. Call it after the command's own options. */
export function addAccountOptions(command: Command): Command {
  return addClientOptions(addConfigOptions(command)).option("--registry <host>", "work at a registry that runs, host[:port], not on a data folder");
}
