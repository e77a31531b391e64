import type { Command } from "commander";

/** Adds `opm mod`, without its commands. */
export function addModCommand(program: Command): Command {
  return program.command("mod").description("publish, get, update, check and build CUE modules");
}
