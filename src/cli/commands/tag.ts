import type { Command } from "commander";
import { repositoryText } from "../arguments/reference.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { print, printJson } from "../output/print.ts";
import { withClient } from "../sessions/client.ts";
import type { TagOutput } from "./tags.output.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./tags.output.ts")).tagOutput;

/** `opm tag`: more names for what is there. */
export function define(command: Command): void {
  command.argument("<reference>", "what to tag, host[:port]/name[:tag][@digest]").argument("<tags...>", "the tags");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm tag registry.example.com/team/app:v1.4.2 v1.4 v1 latest", "the release is now what v1.4, v1 and latest stand for"],
    ["opm tag localhost:5000/app@$DIGEST stable", "tag what has no name"],
  );
}

async function run(text: string, names: readonly string[], options: ClientOptions): Promise<void> {
  const [{ parseExplicitReference }, { parseTag }, { manifestReferenceOf }] = await Promise.all([
    import("../arguments/reference.ts"),
    import("../../oci/tag.ts"),
    import("../../oci/image-reference.ts"),
  ]);
  const reference = parseExplicitReference(text);
  const tags = [...new Set(names)].map(parseTag);
  const digest = await withClient(options, async ({ client, signal }) => {
    const repository = client.repository(reference.registry, reference.repository);
    const manifest = await repository.getManifest(manifestReferenceOf(reference), { signal });
    await repository.putManifest(manifest, { tags, signal });
    return manifest.descriptor.digest;
  });
  const output: TagOutput = { repository: repositoryText(reference), digest, tags };
  if (options.json === true) return printJson(output);
  print(...tags.map((name) => `${output.repository}:${name}@${digest}`));
}
