import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson } from "../../output/print.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import { withBackup } from "../../sessions/backup.ts";
import { interruptible } from "../../sessions/stop-signals.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./backup.output.ts")).pruneOutput;

/** `opm backup prune`: removes the oldest cuts, and what only they had. */
export function define(command: Command): void {
  command
    .argument("<folder>", "folder of the backup")
    .requiredOption("--keep <n>", "how many cuts stay, the newest ones")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(run);
  addExamples(command, ["opm backup prune /backup/opm --keep 14", "content that a cut which stays has, too, stays"]);
}

async function run(path: string, { keep, json }: { readonly keep: string; readonly json?: boolean }): Promise<void> {
  if (!/^[1-9]\d{0,6}$/.test(keep)) throw new CliError(EXIT.invalid, `--keep takes a number of cuts from 1, not '${keep}'`);
  const pruned = await interruptible((signal) =>
    withBackup(path, { signal }, async (folder) => (await import("../../../registry/backup/prune.ts")).pruneBackup(folder, Number(keep), signal)),
  );
  if (json === true) return printJson(pruned);
  print(...pruned.cuts.map((name) => `removed ${name}`), `freed ${formatAmount(pruned.bytes)}: ${counted(pruned.contents, "file")} that no other cut had`);
}
