import { basename, join } from "node:path";
import type { Command } from "commander";
import type { Platform } from "../../oci/descriptor.ts";
import type { ImageReference } from "../../oci/image-reference.ts";
import { addExamples } from "../help/examples.ts";
import { addContentOptions, type ContentOptions } from "../options/client.ts";
import { PLATFORM_OPTION, parsePlatformOption } from "../options/platform.ts";
import { collectOption } from "../options/values.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson, printNote, printTable } from "../output/print.ts";
import { formatAmount } from "../output/short-text.ts";
import { describeTransfer } from "../output/transfer-tally.ts";
import { withTransfer } from "../sessions/client.ts";
import type { PullOutput } from "./pull.output.ts";

interface PullOptions extends ContentOptions {
  readonly output: string;
  readonly platform?: Platform;
  readonly type?: readonly string[];
  readonly cache: boolean;
  readonly verify?: boolean;
  readonly dryRun?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./pull.output.ts")).pullOutput;

/** `opm pull`: the files of an artifact. */
export function define(command: Command): void {
  command
    .argument("<reference>", "the artifact, host[:port]/name[:tag][@digest]")
    .option("-o, --output <folder>", "where the files go", ".")
    .option(PLATFORM_OPTION, "which platform (default: Linux on this machine's architecture)", parsePlatformOption)
    .option("-t, --type <type>", "refuse what is not of this type; * for any characters (repeatable)", collectOption)
    .option("--no-cache", "neither use nor fill the cache (OPM_CACHE, default: ~/.cache/opm)")
    .option("--verify", "read all that the folder has already, also what has not changed since it was verified");
  command.option("-n, --dry-run", "only say what would be downloaded, and what is here already");
  addContentOptions(command).action(run);
  addExamples(
    command,
    ["opm pull -o models localhost:5000/models/small:v1", "its files, into models/"],
    ["opm pull -t 'application/vnd.cncf.helm.*' localhost:5000/charts/web:1.2.0", "only if it is a Helm chart"],
    ["opm copy localhost:5000/team/app:v1 oci:app", "keep an image as it is, to give it to other tools"],
  );
}

async function run(text: string, options: PullOptions): Promise<void> {
  const [{ formatImageReference, manifestReferenceOf, parseImageReference }, { repositoryContent }, { askedNow }, { typeFilter }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../../client/content/repository-content.ts"),
    import("../../client/content/asked-now.ts"),
    import("../options/type-filter.ts"),
  ]);
  const reference = parseImageReference(text);
  const filter = typeFilter(options.type);
  const output = await withTransfer(options, async ({ client, signal, onProgress, totals, warn }): Promise<PullOutput> => {
    const source = askedNow(repositoryContent(client.repository(reference.registry, reference.repository)), manifestReferenceOf(reference), { signal });
    const [{ pullArtifact }, { openCache }] = await Promise.all([import("../../client/pull.ts"), import("../sessions/open-cache.ts")]);
    const cache = openCache(options, warn);
    const { descriptor, artifactType, annotations, files } = await pullArtifact(source, manifestReferenceOf(reference), {
      output: options.output,
      acceptType: filter.accepts,
      dryRun: options.dryRun === true,
      verify: options.verify === true,
      ...(options.platform !== undefined && { platform: options.platform }),
      ...(reference.tag !== undefined && { tag: reference.tag }),
      ...(cache !== undefined && { cache }),
      ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
      onProgress,
      signal,
    }).catch(async (error: unknown) => {
      const refused = filter.refused();
      if (refused === undefined) throw error;
      const { describeUse } = await import("./type-advice.ts");
      const what = `${text} is ${describeUse(refused.type, reference)}; asked for was ${(options.type ?? []).join(" or ")}: nothing was pulled`;
      throw new CliError(EXIT.invalid, what, { cause: error });
    });
    const { mediaType, digest, size } = descriptor;
    return {
      dryRun: options.dryRun === true,
      mediaType,
      digest,
      size,
      reference: formatImageReference({ ...reference, digest }),
      artifactType: artifactType ?? null,
      annotations,
      files: files.map(({ name, mediaType, digest, size, downloaded }) => ({ path: join(options.output, name), mediaType, digest, size, downloaded })),
      transfer: totals(),
    };
  });
  if (options.json === true) return printJson(output);
  if (output.dryRun) return printPlan(output);
  print(...output.files.map(({ path }) => path));
  if (options.quiet === true) return;
  printNote(`pulled ${describeTransfer(output.transfer)}`);
  if (output.files.some(({ path, digest }) => digest.endsWith(`:${basename(path)}`))) await explainNames(output.artifactType ?? undefined, reference);
}

function printPlan({ files }: PullOutput): void {
  printTable(
    ["FILE", "SIZE", "DOWNLOAD"],
    files.map(({ path, size, downloaded }) => [path, formatAmount(size), downloaded ? "yes" : "no, it is here"]),
  );
  const bytes = (of: typeof files) => formatAmount(of.reduce((sum, { size }) => sum + size, 0));
  printNote(`would download ${bytes(files.filter(({ downloaded }) => downloaded))} of ${bytes(files)}`);
}

/** Files that are named by their digests are rarely what somebody wanted. */
async function explainNames(type: string | undefined, reference: ImageReference): Promise<void> {
  const { describeUse } = await import("./type-advice.ts");
  printNote(`its layers have no file names: this is ${describeUse(type, reference)}`);
}
