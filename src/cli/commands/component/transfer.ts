import { type Command, Option } from "commander";
import type { ComponentRepository } from "../../../components/repository/component-repository.ts";
import { UPLOAD_FORMS, type UploadForm, type VersionName } from "../../../components/transfer/transfer-options.ts";
import { addExamples } from "../../help/examples.ts";
import { addContentOptions, type ContentOptions } from "../../options/client.ts";
import { collectOption } from "../../options/values.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { describeTransfer } from "../../output/transfer-tally.ts";
import { type ComponentSession, withComponents } from "../../sessions/component.ts";
import type { ComponentTransferOutput } from "./transfer.output.ts";

interface ComponentTransferOptions extends ContentOptions {
  readonly recursive?: boolean;
  readonly copyResources?: boolean;
  readonly copySources?: boolean;
  readonly overwrite?: boolean;
  readonly uploadAs?: UploadForm;
  readonly range?: string;
  readonly latest?: boolean;
  readonly lookup?: readonly string[];
  readonly dryRun?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./transfer.output.ts")).componentTransferOutput;

/** `opm component transfer`: between registries and archives. */
export function define(command: Command): void {
  command
    .argument("<source>", "<repository>//<component>:<version>, <repository>//<component> with --latest or --range, or a repository with all it has")
    .argument("<target>", "a registry with a path, or an archive: a folder, ./x.tar, ./x.tgz")
    .option("-r, --recursive", "also the component versions that it refers to, however deep")
    .option("--copy-resources", "also the content of resources that is elsewhere: images and blobs of registries")
    .option("--copy-sources", "the same of sources")
    .addOption(new Option("--upload-as <form>", "what images that are copied become (default: what they are)").choices(UPLOAD_FORMS))
    .option("--overwrite", "replace what the target has of other content")
    .option("--range <range>", "the versions of a range, e.g. ^1.2")
    .option("--latest", "the highest version, of the range where there is one")
    .option("--lookup <repository>", "where component versions are that the source lacks (repeatable)", collectOption)
    .option("-n, --dry-run", "say what would be copied, copy nothing");
  addContentOptions(command).action(run);
  addExamples(
    command,
    ["opm component transfer -r reg.example.com/dev//acme.org/app:1.0.0 ./app.tgz", "into a file, with all it refers to"],
    ["opm component transfer ./app.tgz other.example.com/delivery", "everything in the file into another registry"],
    ["opm component transfer --copy-resources --latest ./ctf//acme.org/app reg.test", "the highest version, with its images"],
  );
}

async function run(from: string, to: string, options: ComponentTransferOptions): Promise<void> {
  const output = await withComponents(options, async (session): Promise<ComponentTransferOutput> => {
    const [{ parseRepositoryOrComponent }, { transferVersions }] = await Promise.all([
      import("../../../components/component-reference.ts"),
      import("../../../components/transfer/transfer-versions.ts"),
    ]);
    const { client, signal, onProgress, totals, warn } = session;
    const location = parseRepositoryOrComponent(from);
    const source = await session.open(location.repository);
    const lookup: ComponentRepository[] = [];
    for (const place of options.lookup ?? []) lookup.push(await session.open(place));
    const versions = await selected(location, source, options, session);
    const target = await session.open(to, { access: "write" });
    const { recursive, copyResources, copySources, overwrite, uploadAs, dryRun, concurrency } = options;
    const transferred = await transferVersions(source, versions, target, {
      client,
      signal,
      onProgress,
      onWarning: warn,
      lookup,
      ...{ recursive: recursive === true, copyResources: copyResources === true, copySources: copySources === true },
      ...{ overwrite: overwrite === true, dryRun: dryRun === true },
      ...(uploadAs !== undefined && { uploadAs }),
      ...(concurrency !== undefined && { concurrency }),
    });
    return {
      target: to,
      dryRun: dryRun === true,
      components: transferred.map(({ name, version, state, digest, images }) => ({
        component: name,
        version,
        state,
        digest: digest ?? null,
        images: [...images],
      })),
      transfer: totals(),
    };
  });
  if (options.json === true) return printJson(output);
  print(...output.components.flatMap(lines));
  if (options.quiet === true) return;
  const sent = output.components.filter(({ state }) => state !== "present").length;
  printNote(
    options.dryRun === true ? "nothing was copied" : `copied ${sent} of ${output.components.length} component versions, ${describeTransfer(output.transfer)}`,
  );
}

type Location = ReturnType<typeof import("../../../components/component-reference.ts")["parseRepositoryOrComponent"]>;

async function selected(
  location: Location,
  source: ComponentRepository,
  { range, latest }: ComponentTransferOptions,
  { signal }: ComponentSession,
): Promise<readonly VersionName[]> {
  const isSelection = range !== undefined || latest === true;
  const { component: name } = location;
  if (name !== undefined && location.version !== undefined) {
    if (isSelection) throw new CliError(EXIT.invalid, "a version is named: leave out --range and --latest");
    return [{ name, version: location.version, digest: location.digest }];
  }
  if (name !== undefined && !isSelection) throw new CliError(EXIT.invalid, `name a version of ${name}, or select with --latest, or --range '*'`);
  const [{ allVersions }, { matchingVersions }] = await Promise.all([
    import("../../../components/transfer/transfer-versions.ts"),
    import("../../../components/matching-versions.ts"),
  ]);
  const all = name === undefined ? await allVersions(source, { signal }) : (await source.versions(name, { signal })).map((version) => ({ name, version }));
  const versions = Map.groupBy(all, (each) => each.name)
    .entries()
    .flatMap(([component, list]) =>
      matchingVersions(
        list.map(({ version }) => version),
        { range, latest },
      ).map((version) => ({ name: component, version })),
    )
    .toArray();
  if (versions.length > 0) return versions;
  throw new CliError(
    EXIT.notFound,
    `${source.store.name} has no ${name === undefined ? "component versions" : `version of ${name}`}${range === undefined ? "" : ` in the range ${range}`}`,
  );
}

function lines({ component, version, state, images }: ComponentTransferOutput["components"][number]): string[] {
  return [`${state.padEnd(8)}  ${component}:${version}`, ...images.map((image) => `          ${image}`)];
}
