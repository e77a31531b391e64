import type { Command } from "commander";

/** `opm mod`: CUE modules. */
export function registerMod(program: Command): void {
  program.command("mod").description("publish, get, update, check and build CUE modules");
}
