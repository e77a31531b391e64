import type { Command } from "commander";
import type { PublishPlan } from "../../../modules/publish/plan-publish.ts";
import type { Descriptor } from "../../../oci/descriptor.ts";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { startProgress } from "../../output/progress.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import { isErrTerminal } from "../../output/terminal.ts";
import { describeTransfer } from "../../output/transfer-tally.ts";
import { withModules } from "../../sessions/module.ts";
import type { PublishOutput } from "./publish.output.ts";

interface PublishOptions extends ModuleOptions {
  readonly directory: string;
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly allowLocal?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./publish.output.ts")).publishOutput;

/** `opm mod publish`: a version of the module, once it passed all checks. */
export function define(command: Command): void {
  command
    .argument("[reference]", "the module's path, or a registry and folder, host[:port]/folder; :version and @version go as well")
    .argument("[version]", "vX.Y.Z (default: what the module declares in metadata.version)")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("-n, --dry-run", "make all checks, say what would be published, send nothing")
    .option("--out <folder>", "write an OCI layout in place of publishing")
    .option("--allow-local", "publish although cue.mod/local-module.cue replaces modules");
  addModuleOptions(command).action((reference: string | undefined, version: string | undefined, options: PublishOptions) =>
    run(
      [reference, version].filter((text) => text !== undefined),
      options,
    ),
  );
  addExamples(
    command,
    ["opm mod publish v1.0.0", "to the registry that is configured for the module"],
    ["opm mod publish registry.example.com/modules v1.0.0", "to a registry and folder"],
    ["opm mod publish --dry-run v1.0.0", "only look whether it could be published"],
  );
}

async function run(texts: readonly string[], options: PublishOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<PublishOutput> => {
    const [{ findModuleRoot }, { planPublish }, { publish, writeLayout }, { withTemporaryFolder }] = await Promise.all([
      import("../../../modules/module-root.ts"),
      import("../../../modules/publish/plan-publish.ts"),
      import("../../../modules/publish/publish.ts"),
      import("../../../modules/temporary-folder.ts"),
    ]);
    const { signal } = session;
    if (session.offline && options.out === undefined)
      throw new CliError(EXIT.invalid, "nothing can be published with --offline or --vendor: give --out for a layout");
    const root = await findModuleRoot(options.directory);
    const { onProgress, totals, stop } = await startProgress({ ...options, quiet: options.quiet === true || !isErrTerminal() });
    try {
      return await withTemporaryFolder(async (folder) => {
        const plan = await planPublish(session, folder, {
          root,
          arguments: texts,
          allowLocal: options.allowLocal === true,
          unpublished: options.out !== undefined,
          plainHttp: options.plainHttp === true,
          signal,
        });
        if (options.out !== undefined) {
          await writeLayout(plan, options.out, { onProgress, signal });
          return describe(plan, { state: "written", descriptor: plan.packed.manifest.descriptor }, { layout: options.out, transfer: totals() });
        }
        const dry = plan.existing.state === "identical" ? plan.existing : ({ state: "planned", descriptor: plan.packed.manifest.descriptor } as const);
        if (options.quiet !== true && plan.existing.state !== "identical") {
          const verb = options.dryRun === true ? "it would be published" : "publishing it";
          printNote(`${verb} to ${plan.content.name}:${plan.tag}, ${plan.rule}`);
        }
        const result = options.dryRun === true ? dry : await publish(session, plan, { onProgress, signal });
        return describe(plan, result, { layout: null, transfer: totals() });
      });
    } finally {
      stop();
    }
  });
  if (options.json === true) return printJson(output);
  report(output, options);
}

interface Result {
  readonly state: PublishOutput["state"];
  readonly descriptor: Descriptor;
}

function describe(plan: PublishPlan, { state, descriptor }: Result, rest: Pick<PublishOutput, "layout" | "transfer">): PublishOutput {
  const { packed, content, tag } = plan;
  const { mediaType, digest, size } = descriptor;
  return {
    ...rest,
    state,
    module: packed.path,
    version: packed.version,
    reference: `${content.name}:${tag}@${digest}`,
    mediaType,
    digest,
    size,
    registry: plan.routing.registry,
    rule: plan.rule,
    entry: plan.added?.entry ?? null,
    files: packed.files.map(({ path, size }) => ({ path, size })),
    notes: [...plan.notes],
  };
}

const DONE: Readonly<Record<PublishOutput["state"], string>> = {
  published: "published",
  identical: "already published, identical:",
  planned: "nothing was sent: this would be published:",
  written: "wrote",
};

function report(output: PublishOutput, { quiet }: PublishOptions): void {
  const { module, version, state, files, notes, entry, registry, layout, transfer } = output;
  print(layout ?? output.reference);
  if (quiet === true) return;
  for (const note of notes) printNote(`note: ${note}`);
  const bytes = formatAmount(files.reduce((sum, { size }) => sum + size, 0));
  const sent = state === "published" ? `, sent ${describeTransfer(transfer)}` : "";
  printNote(`${DONE[state]} ${module} ${version} (${counted(files.length, "file")}, ${bytes}${sent})`);
  if (entry !== null) printNote(`to find it there, others add to ~/.opm/config.yaml: ${entry}\nor, for cue: CUE_REGISTRY='${registry}'`);
}
