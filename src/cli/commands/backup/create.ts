import type { Command } from "commander";
import type { CreatedCut } from "../../../registry/backup/create.ts";
import { addExamples } from "../../help/examples.ts";
import { addConfigOptions, type ConfigOptions, loadConfigFor } from "../../options/config.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { movingProgress } from "../../output/moving-progress.ts";
import { print, printJson, printWarning } from "../../output/print.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import { withBackup } from "../../sessions/backup.ts";
import { openSource } from "../../sessions/sides.ts";
import { interruptible } from "../../sessions/stop-signals.ts";

interface CreateOptions extends ConfigOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./backup.output.ts")).createOutput;

/** `opm backup create`: a cut of a registry, in a folder that holds the cuts before, too. */
export function define(command: Command): void {
  addConfigOptions(command.argument("<folder>", "folder of the backup; made when it is not there"))
    .option("-q, --quiet", "say nothing of the progress")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(run);
  addExamples(
    command,
    ["opm backup create /backup/opm --data /srv/opm", "while the server runs; the next time only what is new is copied"],
    ["opm backup create /backup/opm --config /etc/opm/opm.yaml --quiet", "by a timer, every night"],
  );
}

async function run(path: string, options: CreateOptions): Promise<void> {
  const { config } = await loadConfigFor(options);
  const created = await interruptible(async (signal) => {
    const source = await openSource(config);
    try {
      return await withBackup(path, { create: true, signal }, async (folder) => {
        const { createBackup } = await import("../../../registry/backup/create.ts");
        const progress = movingProgress(options.quiet === true || options.json === true);
        try {
          return await createBackup(source, folder, {
            signal,
            onPart: (part, totals) => progress.part(part === "content" ? "copying content" : "copying the database", totals),
            onContent: (done) => progress.content(done),
            onRows: (table, rows) => progress.rows(table, rows),
          });
        } finally {
          progress.stop();
        }
      });
    } finally {
      await source.close();
    }
  });
  tell(created, options.json === true);
}

function tell({ name, cut, newContents, newBytes, followsOther }: CreatedCut, json: boolean): void {
  const { createdAt, contents, bytes, damaged } = cut;
  const rows = cut.tables.reduce((sum, table) => sum + table.rows, 0);
  if (json) printJson({ cut: name, createdAt, contents, bytes, newContents, newBytes, rows, problems: damaged });
  else {
    print(
      ...damaged.map(({ problem, kind, digest }) => `${problem} ${kind} ${digest}`),
      `made ${name}: ${counted(contents, "blob")}, ${formatAmount(bytes)}, of which ${newContents}, ${formatAmount(newBytes)}, are new; ${counted(rows, "row")} of the database`,
    );
  }
  if (followsOther) {
    printWarning(
      `the cut before ${name} is of other stores: where that is another registry, take a folder of its own, since restore and prune go by the newest cuts`,
    );
  }
  if (damaged.length > 0) {
    throw new CliError(
      EXIT.finding,
      `${counted(damaged.length, "content")} damaged at the registry, and not in this cut: push them again, or restore them from a cut before`,
    );
  }
}
