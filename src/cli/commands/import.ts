import type { Command } from "commander";
import type { ImportReport } from "../../client/import/import-registry.ts";
import { addExamples } from "../help/examples.ts";
import { addContentOptions, type ContentOptions } from "../options/client.ts";
import { collectOption } from "../options/values.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { importProgress } from "../output/import-progress.ts";
import { printJson, printNote } from "../output/print.ts";
import { counted } from "../output/short-text.ts";
import type { BucketOptions } from "../sessions/bucket-tree.ts";
import { withClient } from "../sessions/client.ts";
import type { ImportOutput } from "./import.output.ts";
import { conclusion, printReport } from "./import-text.ts";

interface ImportCommandOptions extends ContentOptions, BucketOptions {
  readonly repositories?: readonly string[];
  readonly untagged?: boolean;
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
  readonly check?: boolean;
  readonly report?: string;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./import.output.ts")).importOutput;

/** `opm import`: how people move here. */
export function define(command: Command): void {
  command
    .argument("<from>", "a running registry, host[:port], or the storage of distribution, Harbor or zot: a folder or s3://bucket[/prefix]")
    .argument("<to>", "host[:port], or host[:port]/prefix to put all names behind")
    .option("--repositories <glob>", "only these, e.g. 'team/**'; without * the registry need not list its own (repeatable)", collectOption)
    .option("--overwrite", "set tags that name something else at the target to what the source has")
    .option("--untagged", "of a folder or bucket also manifests that nothing leads to")
    .option("-n, --dry-run", "say what would be sent, send nothing")
    .option("--check", "compare both sides, send nothing")
    .option("--report <file>", "write the comparison as JSON, as --json prints it")
    .optionsGroup("Bucket, with credentials as AWS' own programs find them:")
    .option("--s3-endpoint <url>", "the S3 service, without the bucket (default: Amazon's)")
    .option("--s3-region <name>", "default: AWS_REGION, else us-east-1")
    .option("--s3-host-style", "the bucket is a part of the host's name, also at --s3-endpoint")
    .optionsGroup("Options:");
  addContentOptions(command).action(run);
  addExamples(
    command,
    ["opm import old.example.com:5000 registry.example.com", "everything that it lists; started again, it goes on"],
    ["opm import --check old.example.com:5000 registry.example.com", "exit code 6 when anything is missing or differs"],
    ["opm import --repositories 'team/**' old:5000 new:5000/legacy", "some of it, below another name"],
    ["opm import /var/lib/registry registry.example.com", "from the folder of a registry that need not run"],
    ["opm import s3://bucket/prefix registry.example.com", "from its bucket"],
  );
}

async function run(from: string, to: string, options: ImportCommandOptions): Promise<void> {
  const { parseImportSource, parseImportTarget } = await import("../arguments/import-source.ts");
  const { repositoryFilter } = await import("../arguments/repository-filter.ts");
  if (options.check === true && options.dryRun === true) throw new CliError(EXIT.invalid, "--check compares and --dry-run plans: choose one");
  const mode = options.check === true ? "compare" : options.dryRun === true ? "plan" : "import";
  const [origin, destination, filter] = [await parseImportSource(from), await parseImportTarget(to), repositoryFilter(options.repositories)];
  if (origin.kind === "registry" && origin.registry === destination.registry && destination.prefix === undefined)
    throw new CliError(EXIT.invalid, "source and target are the same registry");
  const outputOf = (report: ImportReport): ImportOutput => describe(report, { source: from, target: to, mode });
  if (options.report !== undefined) {
    const { emptyComparison } = await import("../../client/import/import-report.ts");
    const begun = outputOf({ total: emptyComparison(), repositories: [], findings: [], findingCount: 0, stopped: undefined });
    // a place where nothing can be written is found before hours of work
    await writeReport(options.report, { ...begun, complete: false, stopped: "the import goes on, or was ended" });
  }
  const { report, output } = await withClient(options, async ({ client, signal }) => {
    const [{ importRegistry }, { openImportSource }] = await Promise.all([
      import("../../client/import/import-registry.ts"),
      import("../sessions/import-source.ts"),
    ]);
    const source = await openImportSource(origin, { client, named: filter.named, signal, bucket: options });
    await client.ping(destination.registry, { signal });
    const progress = importProgress({ ...options, isPlan: mode === "plan" });
    try {
      const report = await importRegistry(
        source,
        { client, ...destination },
        {
          ...{ mode, signal, ...progress, filter: filter.matches, ...(filter.named !== undefined && { named: filter.named }) },
          ...{ overwrite: options.overwrite === true, untagged: options.untagged === true },
          ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
        },
      );
      const output = outputOf(report);
      if (options.report !== undefined) await writeReport(options.report, output);
      return { report, output };
    } finally {
      progress.stop();
    }
  });
  if (options.json === true) printJson(output);
  else printReport(output);
  if (report.stopped !== undefined) throw report.stopped;
  if (options.repositories !== undefined && output.total.repositories + output.findingCount === 0) {
    throw new CliError(EXIT.notFound, `no repository of ${from} is called '${options.repositories.join("' or '")}', or you may not see it`);
  }
  if (mode !== "plan" && output.findingCount > 0) {
    const what = counted(output.findingCount, "thing is", "things are");
    throw new CliError(EXIT.finding, `${what} not at ${to} as at ${from}`);
  }
  if (options.quiet !== true && options.json !== true) printNote(conclusion(output));
}

function describe({ total, repositories, findings, findingCount, stopped }: ImportReport, of: Pick<ImportOutput, "source" | "target" | "mode">): ImportOutput {
  return {
    ...of,
    complete: stopped === undefined && findingCount === 0,
    stopped: stopped?.message ?? null,
    total: { repositories: repositories.length, ...total },
    repositories: [...repositories],
    findings: findings.map((finding) => ({ ...finding, reference: finding.reference ?? null })),
    findingCount,
  };
}

async function writeReport(path: string, output: ImportOutput): Promise<void> {
  const { writeFileAtomically } = await import("../../client/content/files.ts");
  await writeFileAtomically(path, new TextEncoder().encode(`${JSON.stringify(output, null, 2)}\n`));
}
