import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { collectOption } from "../options/values.ts";
import { print, printJson, printWarning } from "../output/print.ts";
import { withClient } from "../sessions/client.ts";
import type { ReferrersOutput } from "./referrers.output.ts";

interface ReferrersOptions extends ClientOptions {
  readonly type?: readonly string[];
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./referrers.output.ts")).referrersOutput;

/** `opm referrers`: what refers to an artifact: signatures, SBOMs, attestations. */
export function define(command: Command): void {
  command
    .argument("<reference>", "the artifact, host[:port]/name[:tag][@digest]")
    .option("-t, --type <type>", "only referrers of this artifact type (repeatable)", collectOption);
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm referrers registry.example.com/team/app:v1", "the tree of all referrers"],
    ["opm referrers --type application/spdx+json localhost:5000/app:v1", "SBOMs in SPDX only"],
  );
}

async function run(text: string, options: ReferrersOptions): Promise<void> {
  const [{ manifestReferenceOf, parseImageReference }, { signerLayers, signerManifests }, { drawTree, onlyTypes, readReferrerTree }, { repositoryText }] =
    await Promise.all([
      import("../../oci/image-reference.ts"),
      import("../../client/signer-tags.ts"),
      import("./referrer-tree.ts"),
      import("../arguments/reference.ts"),
    ]);
  const reference = parseImageReference(text);
  const output = await withClient(options, async ({ client, signal }): Promise<ReferrersOutput> => {
    const repository = client.repository(reference.registry, reference.repository);
    const named = manifestReferenceOf(reference);
    const { digest = (await repository.getManifest(named, { signal })).descriptor.digest } = await repository.headManifest(named, { signal });
    let source: ReferrersOutput["source"] = "api";
    const tree = await readReferrerTree(digest, async (subject) => {
      const [{ descriptors, from }, signers] = await Promise.all([
        repository.referrers(subject, { signal }),
        signerManifests({ manifest: (tag, read) => repository.getManifest(tag, read) }, subject, { signal }),
      ]);
      source = from;
      const tagged = signers.map(({ tag, manifest }) => ({ tag, descriptor: { ...manifest.descriptor, artifactType: signerLayers(manifest)[0]?.mediaType } }));
      return [...descriptors.map((descriptor) => ({ descriptor })), ...tagged];
    });
    const referrers = options.type === undefined ? [...tree.nodes] : onlyTypes(tree.nodes, options.type);
    return { repository: repositoryText(reference), digest, source, complete: tree.complete, referrers };
  });
  if (!output.complete && options.quiet !== true) printWarning("there are more referrers than were followed");
  if (options.json === true) return printJson(output);
  print(`${output.repository}@${output.digest}`, ...drawTree(output.referrers));
}
