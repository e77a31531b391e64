import { type Command, Option } from "commander";
import type { ImageForm } from "../../../components/constructor/prepare-image-archive.ts";
import { addExamples } from "../../help/examples.ts";
import { addContentOptions, type ContentOptions } from "../../options/client.ts";
import { collectOption } from "../../options/values.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { describeTransfer } from "../../output/transfer-tally.ts";
import { withComponents } from "../../sessions/component.ts";
import type { ComponentAddOutput } from "./add.output.ts";

interface AddOptions extends ContentOptions {
  readonly to: string;
  readonly env?: boolean;
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
  readonly ociDigest: "artifact" | "generic";
  readonly images: ImageForm;
  readonly accessDigests: boolean;
  readonly lookup?: readonly string[];
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./add.output.ts")).componentAddOutput;

/** `opm component add`: component versions from a constructor file. */
export function define(command: Command): void {
  command
    .argument("<file>", "the constructor file, YAML or JSON")
    .argument("[NAME=value...]", `values for \${NAME} in it`)
    .requiredOption("--to <repository>", "a registry, registry.example.com/delivery, or an archive: folder, .tar or .tgz")
    .option("--env", "take values from the environment, too")
    .option("--overwrite", "replace versions that are there with other content")
    .option("-n, --dry-run", "build and compare, and store nothing")
    .option("--lookup <repository>", "where else components are that are referred to (repeatable)", collectOption)
    .option("--no-access-digests", "do not ask registries for the digests of contents that access names")
    .addOption(
      new Option("--images <form>", "archive: as files with their layout, which every OCM tool copies and signs")
        .choices(["native", "archive"])
        .default("native"),
    )
    .addOption(
      new Option("--oci-digest <name>", "generic: call digests of OCI artifacts as some tools do").choices(["artifact", "generic"]).default("artifact"),
    );
  addContentOptions(command).action(run);
  addExamples(
    command,
    ["opm component add --to ./product.tgz constructor.yaml VERSION=1.0.0", "into an archive, for carrying"],
    ["opm component add --to registry.example.com/delivery constructor.yaml", "into a registry"],
  );
}

async function run(file: string, values: readonly string[], options: AddOptions): Promise<void> {
  const [{ addComponents }, { readConstructorFile }, { parseVariables }, { formatComponentReference }] = await Promise.all([
    import("../../../components/constructor/add-components.ts"),
    import("../../../components/constructor/constructor-file.ts"),
    import("../../../components/constructor/variables.ts"),
    import("../../../components/component-reference.ts"),
  ]);
  const environment = options.env === true ? Object.entries(process.env).map(([name, value = ""]) => [name, value] as const) : [];
  const toBuild = await readConstructorFile(file, new Map([...environment, ...parseVariables(values)]));
  const dryRun = options.dryRun === true;
  const output = await withComponents(options, async (session): Promise<ComponentAddOutput> => {
    const { client, signal, warn, onProgress, totals, open } = session;
    const lookup = await Promise.all((options.lookup ?? []).map((place) => open(place)));
    const repository = await open(options.to, { access: "write" });
    const added = await addComponents(toBuild, repository, {
      client,
      overwrite: options.overwrite === true,
      dryRun,
      artifactDigest: options.ociDigest === "generic" ? "genericBlobDigest/v1" : "ociArtifactDigest/v1",
      images: options.images,
      accessDigests: options.accessDigests,
      lookup,
      warn,
      onProgress,
      signal,
      ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    });
    const components = added.map(({ descriptor, state, digest, layout }) => {
      const { name, version, resources, sources, componentReferences } = descriptor.component;
      return {
        component: name,
        version,
        reference: formatComponentReference({ place: options.to, component: name, version, digest: undefined }),
        state,
        digest: digest ?? null,
        layout: layout ?? null,
        resources: resources.length,
        sources: sources.length,
        references: componentReferences.length,
      };
    });
    return { dryRun, components, transfer: totals() };
  });
  if (options.json === true) return printJson(output);
  print(...output.components.map(({ state, reference }) => `${state.padEnd(8)}  ${reference}`));
  if (options.quiet === true) return;
  if (dryRun) return printNote("nothing was stored");
  const stored = output.components.filter(({ state }) => state !== "equal").length;
  printNote(`${stored} of ${output.components.length} component versions stored, ${describeTransfer(output.transfer)}`);
}
