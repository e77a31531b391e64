import type { Command } from "commander";
import { repositoryText } from "../arguments/reference.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { print, printJson } from "../output/print.ts";
import { withClient } from "../sessions/client.ts";
import type { TagOutput, UntagOutput } from "./tag.output.ts";

/** `opm tag` and `opm untag`: names for what is there. */
export function registerTag(program: Command): void {
  const tagging = program
    .command("tag")
    .description("give an artifact more tags, or move them to it")
    .argument("<reference>", "what to tag, host[:port]/name[:tag][@digest]")
    .argument("<tags...>", "the tags");
  addClientOptions(tagging).action(tag);
  addExamples(
    tagging,
    ["opm tag registry.example.com/team/app:v1.4.2 v1.4 v1 latest", "the release is now what v1.4, v1 and latest stand for"],
    ["opm tag localhost:5000/app@$DIGEST stable", "tag what has no name"],
  );
  const untagging = program
    .command("untag")
    .description("remove a tag and keep what it names")
    .argument("<reference>", "the tag, host[:port]/name:tag")
    .argument("[tags...]", "more tags of the same repository");
  addClientOptions(untagging).action(untag);
  addExamples(untagging, ["opm untag registry.example.com/team/app:nightly", "the tag is gone, the manifest stays until it is collected"]);
}

async function tag(text: string, names: readonly string[], options: ClientOptions): Promise<void> {
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

async function untag(text: string, more: readonly string[], options: ClientOptions): Promise<void> {
  const [{ parseExplicitReference }, { parseTag }, { CliError, EXIT }] = await Promise.all([
    import("../arguments/reference.ts"),
    import("../../oci/tag.ts"),
    import("../output/exit-code.ts"),
  ]);
  const reference = parseExplicitReference(text);
  if (reference.tag === undefined || reference.digest !== undefined) {
    throw new CliError(EXIT.invalid, `'${text}' is no tag: name the tag alone, or delete the manifest with 'opm delete'`);
  }
  const tags = [...new Set([reference.tag, ...more])].map(parseTag);
  await withClient(options, async ({ client, signal }) => {
    const repository = client.repository(reference.registry, reference.repository);
    for (const name of tags) await repository.deleteManifest(name, { signal });
  });
  const output: UntagOutput = { repository: repositoryText(reference), tags };
  if (options.json === true) return printJson(output);
  if (options.quiet !== true) print(...tags.map((name) => `untagged ${output.repository}:${name}`));
}
