import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addContentOptions, type ContentOptions, type HostOptions } from "../../options/client.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { counted } from "../../output/short-text.ts";
import { describeTransfer } from "../../output/transfer-tally.ts";
import { withTransfer } from "../../sessions/client.ts";
import type { SiteBuildOutput } from "./site.output.ts";

interface BuildOptions extends ContentOptions, HostOptions {
  readonly to: string;
  readonly repositories?: readonly string[];
  readonly title?: string;
  readonly cache: boolean;
  readonly verify?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./site.output.ts")).siteBuildOutput;

/** `opm site build`: a registry as plain files. */
export function define(command: Command): void {
  command
    .argument("[registry]", "host[:port] of the registry (default: OPM_REGISTRY)")
    .requiredOption("--to <folder>", "where the files go: a site of before, or an empty folder")
    .option("--repositories <glob...>", "only these; * within a part of a name, ** across (default: all that are listed)")
    .option("--title <text>", "heading of the page (default: the registry)")
    .option("--no-cache", "note nowhere which files were read and found right")
    .option("--verify", "read all that is there, also what has not changed since it was verified");
  addContentOptions(command).action(run);
  addExamples(
    command,
    ["opm site build localhost:5000 --to site", "all that the registry lists, for any web server"],
    ["opm site build localhost:5000 --to site --repositories 'charts/**' team/app", "a part of it"],
  );
}

async function run(registryText: string | undefined, options: BuildOptions): Promise<void> {
  const [{ hostArgument }, { buildSite }, { cachePath }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../../site/build-site.ts"),
    import("../../sessions/open-cache.ts"),
  ]);
  if (registryText === undefined && !process.env.OPM_REGISTRY) {
    throw new CliError(EXIT.invalid, "no registry is named: give it before the options, as host[:port], or set OPM_REGISTRY");
  }
  const { registry, rest } = await hostArgument(registryText ?? "", options);
  if (rest !== "") throw new CliError(EXIT.invalid, `'${registryText}' is not a registry, host[:port]: name repositories with --repositories ${rest}`);
  const { to: folder, repositories = [], title = registry, verify, concurrency } = options;
  const output = await withTransfer(options, async ({ client, signal, onProgress, totals, warn }): Promise<SiteBuildOutput> => {
    const verified = { cache: cachePath(options), verify };
    const built = await buildSite({ client, registry, repositories, folder, title, concurrency, onProgress, signal, warn, ...verified });
    return { folder, ...built, transfer: totals() };
  });
  if (options.json === true) return printJson(output);
  print(folder);
  if (options.quiet === true) return;
  const content = `${counted(output.repositories, "package")}, ${counted(output.tags, "tag")}, ${counted(output.files, "file")}`;
  printNote(`${content}: ${output.written} written, ${output.removed} removed, ${describeTransfer(output.transfer)}`);
}
