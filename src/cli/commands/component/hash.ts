import { type Command, Option } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { print, printJson, printText, printWarning } from "../../output/print.ts";
import { withComponents } from "../../sessions/component.ts";
import { openVersion } from "../../sessions/component-version.ts";
import type { ComponentHashOutput } from "./hash.output.ts";

interface HashOptions extends ClientOptions {
  readonly normalisation: string;
  readonly hash: string;
  readonly output: "digest" | "norm";
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./hash.output.ts")).componentHashOutput;

/** `opm component hash` */
export function define(command: Command): void {
  command
    .argument("<reference>", "<repository>//<component>[:<version>]")
    .option("--normalisation <name>", "jsonNormalisation/v1, v2, v3 or v4alpha1", "jsonNormalisation/v3")
    .option("--hash <name>", "SHA-256 or SHA-512", "SHA-256")
    .addOption(new Option("-o, --output <what>", "the digest, or the normal form").choices(["digest", "norm"]).default("digest"));
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm component hash ./product.tgz//acme.org/app:1.0.0", "the same wherever the component version is"],
    ["opm component hash ./product.tgz//acme.org/app:1.0.0 -o norm | sha256sum", "what is hashed"],
  );
}

async function run(reference: string, options: HashOptions): Promise<void> {
  const [{ descriptorDigest, parseHashAlgorithm, parseNormalisation }, { normalise }, { lacksDigests }] = await Promise.all([
    import("../../../components/signing/descriptor-digest.ts"),
    import("../../../components/normalisation/normalise.ts"),
    import("../../../components/verification/verify-element.ts"),
  ]);
  const [normalisation, hash] = [parseNormalisation(options.normalisation), parseHashAlgorithm(options.hash)];
  const { version: stored, named } = await withComponents(options, (session) => openVersion(session, reference));
  const { descriptor } = stored;
  const missing = lacksDigests(descriptor);
  const text = new TextDecoder().decode(normalise(descriptor, normalisation));
  const { value } = descriptorDigest(descriptor, normalisation, hash);
  if (options.json === true) {
    const digest = { hashAlgorithm: hash, normalisationAlgorithm: normalisation, value };
    printJson({ ...named, digest, complete: missing.length === 0, ...(options.output === "norm" && { normalised: text }) } satisfies ComponentHashOutput);
    return;
  }
  if (options.output === "norm") printText(text);
  else print(value);
  const [first] = missing;
  if (first === undefined || options.quiet === true) return;
  const more = missing.length > 1 ? ` and ${missing.length - 1} more have` : " has";
  printWarning(`${first}${more} no digest: it is added when the component version is signed, and changes this one`);
}
