import type { Command } from "commander";
import { registerComponentTransfer } from "./component/transfer.ts";

/** `opm component`: component versions of the Open Component Model. */
export function registerComponent(program: Command): void {
  const component = program.command("component").description("build, transfer, sign and verify component versions");
  registerComponentTransfer(component);
}
