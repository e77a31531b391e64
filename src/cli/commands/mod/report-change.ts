import { print, printJson, printNote } from "../../output/print.ts";
import type { ModuleChangeOutput } from "./change.output.ts";

/** Prints which files of a module changed. */
export function reportChange(output: ModuleChangeOutput, { json, quiet }: { readonly json?: boolean; readonly quiet?: boolean }): void {
  if (json === true) printJson(output);
  else print(...output.changed);
  if (json !== true && quiet !== true && output.changed.length === 0) printNote("nothing had to be changed");
}
