import type { Command } from "commander";
import { repositoryText } from "../arguments/reference.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson } from "../output/print.ts";
import { withClient } from "../sessions/client.ts";
import type { UntagOutput } from "./tags.output.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./tags.output.ts")).untagOutput;

/** `opm untag`: takes a name away. */
export function define(command: Command): void {
  command.argument("<reference>", "the tag, host[:port]/name:tag").argument("[tags...]", "more tags of the same repository");
  addClientOptions(command).action(run);
  addExamples(command, ["opm untag registry.example.com/team/app:nightly", "the tag is gone, the manifest stays until it is collected"]);
}

async function run(text: string, more: readonly string[], options: ClientOptions): Promise<void> {
  const [{ parseExplicitReference }, { parseTag }] = await Promise.all([import("../arguments/reference.ts"), import("../../oci/tag.ts")]);
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
