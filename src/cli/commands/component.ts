import type { Command } from "commander";

/** `opm component`: component versions of the Open Component Model. */
export function registerComponent(program: Command): void {
  program.command("component").description("build, transfer, sign and verify component versions");
}
