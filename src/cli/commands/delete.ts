import type { Command } from "commander";
import type { RepositoryClient } from "../../client/remote/repository-client.ts";
import type { Digest } from "../../oci/digest.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson } from "../output/print.ts";
import { withClient } from "../sessions/client.ts";
import type { DeleteOutput } from "./tags.output.ts";

interface DeleteOptions extends ClientOptions {
  readonly manifest?: boolean;
  readonly yes?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./tags.output.ts")).deleteOutput;

/** `opm delete`: removes a manifest together with its tags. */
export function define(command: Command): void {
  command
    .argument("<reference>", "the manifest, host[:port]/name@digest")
    .option("--manifest", "for name:tag: delete the manifest that the tag names, not only the tag")
    .option("-y, --yes", "do not ask");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm delete localhost:5000/team/app@$DIGEST", "ask, then delete this manifest and its tags"],
    ["opm delete --manifest --yes localhost:5000/team/app:nightly", "the same for what a tag names, without asking"],
    ["opm untag localhost:5000/team/app:nightly", "remove a tag only"],
  );
}

async function run(text: string, options: DeleteOptions): Promise<void> {
  const [{ parseExplicitReference, repositoryText }, { manifestReferenceOf }, { confirm }] = await Promise.all([
    import("../arguments/reference.ts"),
    import("../../oci/image-reference.ts"),
    import("../prompts/confirm.ts"),
  ]);
  const reference = parseExplicitReference(text);
  if (reference.digest === undefined && options.manifest !== true) {
    throw new CliError(
      EXIT.invalid,
      `'${text}' is a tag: remove it with 'opm untag', or give --manifest to delete the manifest that it names and its other tags`,
    );
  }
  const name = repositoryText(reference);
  const digest = await withClient(options, async ({ client, signal }) => {
    const repository = client.repository(reference.registry, reference.repository);
    const { descriptor, bytes } = await repository.getManifest(manifestReferenceOf(reference), { signal });
    await confirm(`Delete ${name}@${descriptor.digest} and every tag of it?`, { yes: options.yes === true, signal });
    await repository.deleteManifest(descriptor.digest, { signal });
    await forgetReferrer(repository, { digest: descriptor.digest, bytes, mediaType: descriptor.mediaType }, signal);
    return descriptor.digest;
  });
  const output: DeleteOutput = { repository: name, digest };
  if (options.json === true) return printJson(output);
  if (options.quiet !== true) print(`deleted ${name}@${digest}`);
}

/** Where the registry keeps no list of referrers, clients do (distribution-spec, "Deleting Manifests"). */
async function forgetReferrer(
  repository: RepositoryClient,
  manifest: { readonly digest: Digest; readonly bytes: Uint8Array; readonly mediaType: string },
  signal: AbortSignal,
): Promise<void> {
  const { parseManifest } = await import("../../oci/manifest.ts");
  const { subject } = parseManifest(manifest.bytes, manifest.mediaType);
  if (subject === undefined) return;
  const { from, descriptors } = await repository.referrers(subject, { signal });
  if (from === "tag" && descriptors.some(({ digest }) => digest === manifest.digest))
    await repository.removeFallbackReferrer(subject, manifest.digest, { signal });
}
