import type { Command } from "commander";
import { addClientOptions, type ClientOptions } from "./client.ts";

/** The options that every command has that works on modules. */
export interface ModuleOptions extends ClientOptions {
  /** As `CUE_REGISTRY` has it. */
  readonly registry?: string;
  readonly offline?: boolean;
  /** Where the module is that the command works on. */
  readonly directory?: string;
  readonly vendor?: boolean;
}

/** Adds the options of clients, `--registry` and `--offline`. Call it after the command's own options. */
export function addModuleOptions(command: Command): Command {
  return addClientOptions(command)
    .option("--registry <registries>", "where modules are, as CUE_REGISTRY has it (default: OPM_MODULE_REGISTRY, ~/.opm/config.yaml, CUE_REGISTRY)")
    .option("--offline", "ask no registry: use what is in the cache, and in cue.mod/vendor")
    .option("--vendor", "the same, and end where there is no cue.mod/vendor");
}
