import type { Command } from "commander";
import type { Restored } from "../../../registry/backup/restore.ts";
import { addExamples } from "../../help/examples.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { movingProgress } from "../../output/moving-progress.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import { withBackup } from "../../sessions/backup.ts";
import { configOfSide, openTarget } from "../../sessions/sides.ts";
import { interruptible } from "../../sessions/stop-signals.ts";

interface RestoreOptions {
  readonly to: string;
  readonly at?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./backup.output.ts")).restoreOutput;

/** `opm backup restore`: makes a registry of a cut. */
export function define(command: Command): void {
  command
    .argument("<folder>", "folder of the backup")
    .requiredOption("--to <file>", "configuration file of the registry that it is to be, or its data folder; its stores are empty")
    .option("--at <cut>", "the cut, as opm backup list names it (default: the newest)")
    .option("-q, --quiet", "say nothing of the progress")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(run);
  addExamples(
    command,
    ["opm backup restore /backup/opm --to /srv/opm", "the newest cut, into a data folder that is empty"],
    ["opm backup restore /backup/opm --to opm.yaml --at 2026-11-30T02-00-00Z", "one of before, into the stores of a configuration"],
  );
}

async function run(path: string, { to, at, quiet, json }: RestoreOptions): Promise<void> {
  const config = await configOfSide(to);
  const { name, restored } = await interruptible((signal) =>
    withBackup(path, { signal }, async (folder) => {
      const { restoreBackup } = await import("../../../registry/backup/restore.ts");
      const name = at ?? (await folder.names()).at(-1);
      if (name === undefined) throw new CliError(EXIT.notFound, `there is no cut in ${path}: name the folder of opm backup create`);
      const cut = await folder.read(name);
      const target = await openTarget(config, cut.schemaVersion);
      const progress = movingProgress(quiet === true || json === true);
      try {
        const restored = await restoreBackup(folder, target, {
          name,
          cut,
          signal,
          onPart: (part, totals) => progress.part(PARTS[part], totals),
          onContent: (done) => progress.content(done),
          onRows: (table, rows) => progress.rows(table, rows),
          onWaiting: printNote,
        });
        return { name, restored };
      } finally {
        progress.stop();
        await target.close();
      }
    }),
  );
  if (json === true) printJson({ cut: name, ...restored });
  else tell(name, restored, to);
  if (restored.problems.length > 0)
    throw new CliError(EXIT.finding, `${counted(restored.problems.length, "content")} missing in the backup: all else was restored`);
}

const PARTS = { content: "copying content", tables: "copying the database", comparison: "comparing with the backup" };

function tell(name: string, { contents, bytes, rows, problems }: Restored, to: string): void {
  print(
    ...problems.map(({ problem, kind, digest }) => `${problem} ${kind} ${digest}`),
    `restored ${name}: ${counted(contents, "blob")}, ${formatAmount(bytes)}, and ${counted(rows, "row")} of the database; start servers on ${to}`,
  );
}
