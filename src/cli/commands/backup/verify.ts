import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { movingProgress } from "../../output/moving-progress.ts";
import { print, printJson } from "../../output/print.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import { withBackup } from "../../sessions/backup.ts";
import { interruptible } from "../../sessions/stop-signals.ts";

interface VerifyOptions {
  readonly at?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./backup.output.ts")).verifyOutput;

/** `opm backup verify`: reads all of a backup and compares it with what was written. */
export function define(command: Command): void {
  command
    .argument("<folder>", "folder of the backup")
    .option("--at <cut>", "look at this cut alone, beside all files")
    .option("-q, --quiet", "say nothing of the progress")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(run);
  addExamples(command, ["opm backup verify /backup/opm", "once a week; nothing is changed"]);
}

async function run(path: string, { at, quiet, json }: VerifyOptions): Promise<void> {
  const { cuts, contents, bytes, problems } = await interruptible((signal) =>
    withBackup(path, { signal }, async (folder) => {
      const { verifyBackup } = await import("../../../registry/backup/verify.ts");
      const progress = movingProgress(quiet === true || json === true);
      progress.part("reading");
      try {
        return await verifyBackup(folder, { cuts: at === undefined ? undefined : [at], signal, onContent: (done) => progress.content(done) });
      } finally {
        progress.stop();
      }
    }),
  );
  if (json === true) printJson({ cuts, contents, bytes, problems });
  else {
    print(
      ...problems.map(({ cut, digest, problem, what }) => [problem, digest ?? "-", cut ?? "-", what].join(" ")),
      `verified ${counted(cuts, "cut")}: ${counted(contents, "file")}, ${formatAmount(bytes)}`,
    );
  }
  if (problems.length > 0) {
    throw new CliError(
      EXIT.finding,
      `${counted(problems.length, "problem")} found: remove files that are corrupt, and opm backup create brings those that the registry still has`,
    );
  }
}
