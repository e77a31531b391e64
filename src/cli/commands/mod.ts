import type { Command } from "commander";
import { registerModPublish } from "./mod/publish.ts";

/** `opm mod`: CUE modules. */
export function registerMod(program: Command): void {
  const mod = program.command("mod").description("publish, get, update, check and build CUE modules");
  registerModPublish(mod);
}
