import type { Command } from "commander";
import { CliError, EXIT } from "../output/exit-code.ts";
import { addClientOptions, type HostOptions } from "./client.ts";
import { addConfigOptions, type ConfigOptions } from "./config.ts";

/** The options of commands that work on a data folder of this machine, or with `--registry` on a registry that runs. */
export interface AccountOptions extends ConfigOptions, HostOptions {}

/** Adds `--config`, `--data`, `--registry`, `--json` and how to reach the registry. Call it after the command's own options. */
export function addAccountOptions(command: Command): Command {
  return addClientOptions(addConfigOptions(command)).option("--registry <host>", "work at a registry that runs, host[:port], not on a data folder");
}

/** The options of what one can do with tokens of one's own. */
export interface OwnOptions extends AccountOptions {
  readonly own?: boolean;
}

/** @throws CliError `invalid` for `--own` without a registry */
export function assertOwn({ own, registry }: OwnOptions): void {
  if (own === true && registry === undefined) throw new CliError(EXIT.invalid, "--own takes --registry: only a registry knows who you are");
}
