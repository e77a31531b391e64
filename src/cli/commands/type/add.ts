import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { collectOption } from "../../options/values.ts";
import { replyOf } from "../../schemas/reply.ts";
import { putType } from "./type-registry.ts";

interface AddOptions extends HostOptions {
  readonly title?: string;
  readonly icon?: string;
  readonly category?: string;
  readonly configType?: string[];
  readonly layerType?: string[];
  readonly consume?: string;
  readonly documentation?: string;
}

/** What `--json` prints. */
export const outputSchema = replyOf("putType");

/** `opm type add`: what a type is, and how it is used. */
export function define(command: Command): void {
  command
    .argument("<type>", "media type: the artifactType, or the config's media type")
    .option("--title <text>", "a few words")
    .option("--icon <name>", "short name of an icon")
    .option("--category <name>", "image, chart, module, component, policy, sbom, signature, attestation, wasm, config or other")
    .option("--config-type <type>", "media type of its config (repeatable)", collectOption)
    .option("--layer-type <type>", "media type of its layers (repeatable)", collectOption)
    .option("--consume <command>", "the command that uses it, with {reference}, {name}, {registry}, {repository}, {tag}")
    .option("--documentation <url>", "where it is described");
  addHostOptions(command).action(run);
  addExamples(command, [
    'opm type add application/vnd.acme.model.v1+json --title "Example model"',
    "a type of your own, at the registry that OPM_REGISTRY names",
  ]);
}

async function run(type: string, options: AddOptions): Promise<void> {
  const { title, icon, category, configType, layerType, consume, documentation } = options;
  await putType(
    {
      type,
      rule: "known",
      ...(title && { title }),
      ...(icon && { icon }),
      ...(category && { category }),
      ...(configType && { configMediaTypes: configType }),
      ...(layerType && { layerMediaTypes: layerType }),
      ...(consume && { consume }),
      ...(documentation && { documentation }),
    },
    options,
  );
}
