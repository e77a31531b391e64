import { type Command, Option } from "commander";
import type { SignOptions as SigningOptions } from "../../../components/signing/signing.ts";
import type { UnreadResource } from "../../../components/verification/verify-element.ts";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { print, printJson, printNote, printWarning } from "../../output/print.ts";
import { withComponents } from "../../sessions/component.ts";
import { openVersion } from "../../sessions/component-version.ts";
import { addLookupOption, type LookupOptions, repositoryWithLookup, warnUnread } from "../../sessions/lookup.ts";
import type { ComponentSignOutput } from "./sign.output.ts";

interface SignOptions extends ClientOptions, LookupOptions {
  readonly declared?: boolean;
  readonly name: string;
  readonly key: string;
  readonly cert?: string;
  readonly normalisation: string;
  readonly hash: string;
  readonly algorithm: NonNullable<SigningOptions["algorithm"]>;
  readonly recursive?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./sign.output.ts")).componentSignOutput;

/** `opm component sign` */
export function define(command: Command): void {
  command
    .argument("<reference>", "<repository>//<component>:<version>")
    .requiredOption("--name <signature>", "the signature's name")
    .requiredOption("--key <file>", "RSA private key, PEM")
    .option("--cert <file>", "certificates of the key, PEM, leaf first: the signature carries them")
    .option("-r, --recursive", "also sign every component version that it refers to")
    .option("--declared", "take digests as they are declared where content has an access that opm cannot read")
    .option("-f, --force", "replace a signature of this name")
    .option("-n, --dry-run", "compute and check everything, store nothing")
    .option("--normalisation <name>", "jsonNormalisation/v1, v2, v3 or v4alpha1", "jsonNormalisation/v3")
    .option("--hash <name>", "SHA-256 or SHA-512", "SHA-256")
    .addOption(new Option("--algorithm <name>", "how to sign").choices(["RSASSA-PKCS1-V1_5", "RSASSA-PSS"]).default("RSASSA-PKCS1-V1_5"));
  addLookupOption(command);
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm component sign ./product.tgz//acme.org/app:1.0.0 --name acme --key k.pem", "in an archive, which is written anew"],
    ["opm component sign localhost:5000//acme.org/app:1.0.0 --name s --key k -n", "what would be signed"],
  );
}

async function run(reference: string, options: SignOptions): Promise<void> {
  const [{ signVersion }, { parseHashAlgorithm, parseNormalisation }] = await Promise.all([
    import("../../../components/signing/sign-version.ts"),
    import("../../../components/signing/descriptor-digest.ts"),
  ]);
  const { name, algorithm, recursive = false, force = false, dryRun = false } = options;
  const [normalisation, hash] = [parseNormalisation(options.normalisation), parseHashAlgorithm(options.hash)];
  const key = await readKey(options);
  const output = await withComponents(options, async (session): Promise<ComponentSignOutput> => {
    const opened = await openVersion(session, reference, dryRun ? "read" : "write");
    const { version, named } = opened;
    const { client, signal } = session;
    const unread: UnreadResource[] = [];
    const reading = { client, signal, declared: options.declared === true, onUnread: (resource: UnreadResource) => void unread.push(resource) };
    const signing = { name, ...key, normalisation, hash, algorithm, recursive, force, dryRun, ...reading };
    const repository = await repositoryWithLookup(session, opened, options);
    const { components, warnings } = await signVersion(repository, version, signing);
    const { digest } = components.at(-1) ?? {};
    if (digest === undefined) throw new Error("nothing was signed");
    return {
      ...{ ...named, signature: name, digest: specOf(digest), dryRun },
      components: components.map(({ name: part, digest: each, ...rest }) => ({ component: part, ...rest, digest: specOf(each) })),
      unread,
      warnings: [...warnings],
    };
  });
  if (options.json === true) return printJson(output);
  print(output.digest.value);
  if (options.quiet === true) return;
  warnUnread(output.unread);
  for (const warning of output.warnings) printWarning(warning);
  printNote(summarise(output));
}

/** Keys are read before anything else: a typo must not cost a download. */
async function readKey({ key: keyFile, cert }: SignOptions): Promise<Pick<SigningOptions, "key" | "chain">> {
  const [{ parsePrivateKey }, { signingChain }, { readFile }] = await Promise.all([
    import("../../../components/signing/keys.ts"),
    import("../../../components/signing/certificate-chain.ts"),
    import("node:fs/promises"),
  ]);
  const key = parsePrivateKey(await readFile(keyFile, "utf8"), keyFile);
  if (cert === undefined) return { key };
  return { key, chain: signingChain(await readFile(cert, "utf8"), { key, now: new Date(), label: cert }) };
}

function specOf({ hashAlgorithm, normalisationAlgorithm, value }: ComponentSignOutput["digest"]): ComponentSignOutput["digest"] {
  return { hashAlgorithm, normalisationAlgorithm, value };
}

function summarise({ component, version, signature, components, dryRun }: ComponentSignOutput): string {
  const others = components.filter(({ state }) => state === "signed").length - 1;
  const added = components.reduce((sum, each) => sum + each.added, 0);
  const parts = [
    `${dryRun ? "would sign" : "signed"} ${component}:${version}${others > 0 ? ` and ${others} more` : ""} as ${signature}`,
    ...(added > 0 ? [`${added} digests ${dryRun ? "would be" : "were"} added`] : []),
  ];
  return parts.join(", ");
}
