import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { type ArtifactOptions, addArtifactOptions } from "../options/push.ts";
import { print, printJson, printNote } from "../output/print.ts";
import { describeTransfer } from "../output/transfer-tally.ts";
import { withTransfer } from "../sessions/client.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./push.output.ts")).pushOutput;

/** `opm attach`: files as an artifact that refers to another: a signature, an SBOM. */
export function define(command: Command): void {
  command
    .argument("<subject>", "what they are about, host[:port]/name[:tag][@digest]")
    .argument("<files...>", "files, folders, or - for standard input; each also path:media/type");
  addArtifactOptions(command).action(run);
  addExamples(command, ["opm attach -t application/spdx+json localhost:5000/app:v1 sbom.json", "an SBOM"], ["opm referrers localhost:5000/app:v1", "see it"]);
}

async function run(text: string, files: readonly string[], options: ArtifactOptions): Promise<void> {
  const [{ manifestReferenceOf, parseImageReference }, { pushArtifact }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("./push-artifact.ts"),
  ]);
  const reference = parseImageReference(text);
  const output = await withTransfer(options, (session) =>
    pushArtifact(
      {
        reference,
        files,
        tags: [],
        subject: async (target) => (await target.manifest(manifestReferenceOf(reference), { signal: session.signal })).descriptor,
      },
      options,
      session,
    ),
  );
  if (options.json === true) return printJson(output);
  print(output.reference);
  if (options.quiet !== true) printNote(`attached to ${output.subject}: ${describeTransfer(output.transfer)}`);
}
