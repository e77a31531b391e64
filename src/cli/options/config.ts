import type { Command } from "commander";
import type { LoadedConfig } from "../../config/load.ts";
import { printWarning } from "../output/print.ts";

/** The options that say which registry a command works on. */
export interface ConfigOptions {
  readonly config?: string;
  readonly data?: string;
  readonly listen?: string;
  readonly workers?: string;
}

/** Adds `--config` and `--data`. */
export function addConfigOptions(command: Command): Command {
  return command
    .option("-c, --config <file>", "configuration file (default: opm.yaml, if it exists)")
    .option("-d, --data <folder>", "data folder (default: ./data)");
}

/** Adds `--listen` and `--workers` too, for commands that care. */
export function addServerOptions(command: Command): Command {
  return addConfigOptions(command)
    .option("-l, --listen <address>", "address to listen on (default: 127.0.0.1:5000)")
    .option("-w, --workers <number>", "processes that answer requests, or auto: one less than processors (default: 1)");
}

/** Loads the configuration that the options, the environment and the file make. */
export async function loadConfigFor({ config, data, listen, workers }: ConfigOptions): Promise<LoadedConfig> {
  const { loadConfig } = await import("../../config/load.ts");
  const loaded = await loadConfig({ file: config, environment: process.env, flags: { data, listen, "server.workers": workers }, directory: process.cwd() });
  for (const warning of loaded.warnings) printWarning(warning);
  return loaded;
}
