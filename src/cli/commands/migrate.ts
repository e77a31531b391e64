import type { Command } from "commander";
import type { MigrationReport } from "../../registry/moving/migrate.ts";
import { addExamples } from "../help/examples.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { movingProgress } from "../output/moving-progress.ts";
import { print, printJson, printNote } from "../output/print.ts";
import { counted, formatAmount } from "../output/short-text.ts";
import { configOfSide, openDatabase, openSource, openTarget } from "../sessions/sides.ts";
import { interruptible } from "../sessions/stop-signals.ts";

interface MigrateOptions {
  readonly from: string;
  readonly to?: string;
  readonly reopen?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./migrate.output.ts")).migrateOutput;

/** `opm migrate`: moves a registry with all that it holds to other stores. */
export function define(command: Command): void {
  command
    .requiredOption("--from <file>", "configuration file of the registry as it is, or its data folder")
    .option("--to <file>", "configuration file of the registry as it is to be, or its data folder")
    .option("--reopen", "have the source take changes again, since its target is given up")
    .option("-q, --quiet", "say nothing of the progress")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(run);
  addExamples(
    command,
    ["opm migrate --from /srv/opm --to /etc/opm/opm.yaml", "while the server runs: it serves on, and takes no changes at the end"],
    ["opm migrate --reopen --from /srv/opm", "the target was given up, the source is to be changed again"],
  );
}

async function run({ from, to, reopen, quiet, json }: MigrateOptions): Promise<void> {
  if (reopen === true) return giveBack(from, to);
  if (to === undefined) throw new CliError(EXIT.invalid, "say where the registry is to be moved: --to, a configuration file or a data folder");
  const [sourceConfig, targetConfig] = [await configOfSide(from), await configOfSide(to)];
  const report = await interruptible(async (signal) => {
    const source = await openSource(sourceConfig);
    try {
      const target = await openTarget(targetConfig);
      try {
        return await move(source, target, { signal, quiet: quiet === true || json === true });
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  });
  if (json === true) printJson(report);
  else tell(report, { from, to });
  if (report.problems.length > 0) {
    throw new CliError(
      EXIT.finding,
      `${counted(report.problems.length, "content")} damaged at the source: all else was moved; push them again, or restore them from a backup`,
    );
  }
}

type Opened = Awaited<ReturnType<typeof openSource>>;

async function move(source: Opened, target: Opened, { signal, quiet }: { readonly signal: AbortSignal; readonly quiet: boolean }): Promise<MigrationReport> {
  const { migrate } = await import("../../registry/moving/migrate.ts");
  const progress = movingProgress(quiet);
  try {
    return await migrate(source, target, {
      signal,
      onPart: (part, totals) => progress.part(PARTS[part], totals),
      onContent: (done) => progress.content(done),
      onRows: (table, rows) => progress.rows(table, rows),
      onWaiting: printNote,
    });
  } finally {
    progress.stop();
  }
}

const PARTS = {
  content: "copying content while the source serves",
  stop: "the source takes no changes from now on, and serves what it has",
  tables: "copying the database",
  comparison: "comparing both sides",
};

function tell({ contents, bytes, rows, stoppedFor, problems }: MigrationReport, { from, to }: { readonly from: string; readonly to: string }): void {
  print(
    ...problems.map(({ problem, kind, digest }) => `${problem} ${kind} ${digest}`),
    `moved ${counted(contents, "blob")}, ${formatAmount(bytes)}, and ${counted(rows, "row")} of the database; both sides were compared`,
    `the source took no changes for ${(stoppedFor / 1000).toFixed(1)} s, and takes none from now on: start servers on ${to}`,
    `to give it up instead: opm migrate --reopen --from ${from}`,
  );
}

async function giveBack(from: string, to: string | undefined): Promise<void> {
  if (to !== undefined) throw new CliError(EXIT.invalid, "--reopen is about the source alone: leave --to out");
  const [{ reopenChanges }, tables] = await Promise.all([
    import("../../registry/moving/stop-changes.ts"),
    configOfSide(from).then((config) => openDatabase(config)),
  ]);
  try {
    await reopenChanges(tables);
  } finally {
    await tables.close();
  }
  print("the source takes changes again; what its target took meanwhile is not in it");
}
