import type { Command } from "commander";
import { printTabbed } from "../output/print.ts";

/** `opm complete`: what fits at the cursor, for the scripts of `opm completion`. */
export function define(command: Command): void {
  command.argument("[words...]").action(async (words: readonly string[]) => {
    const { complete } = await import("../completion/complete.ts");
    printTabbed(...(await complete(words)));
    // whatever is still on its way
    process.exit(0);
  });
}
