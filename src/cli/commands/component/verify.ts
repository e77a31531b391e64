import type { Command } from "commander";
import type { VerifyOptions as KeyOptions } from "../../../components/signing/verify-signature.ts";
import type { UnreadResource } from "../../../components/verification/verify-element.ts";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote, printWarning } from "../../output/print.ts";
import type { CertificatePaths } from "../../sessions/certificate-paths.ts";
import { withComponents } from "../../sessions/component.ts";
import { openVersion } from "../../sessions/component-version.ts";
import { addLookupOption, type LookupOptions, repositoryWithLookup, warnUnread } from "../../sessions/lookup.ts";
import type { ComponentVerifyOutput } from "./verify.output.ts";

/** Elements that the last line names. */
const SHOWN = 3;

interface VerifyOptions extends ClientOptions, LookupOptions {
  readonly declared?: boolean;
  readonly name?: string;
  readonly key?: string;
  readonly caCert?: string;
  readonly subject?: string;
  readonly issuer?: string;
  readonly shallow?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./verify.output.ts")).componentVerifyOutput;

/** `opm component verify` */
export function define(command: Command): void {
  command
    .argument("<reference>", "<repository>//<component>[:<version>]")
    .option("--name <signature>", "only this signature (default: all, and there must be one)")
    .option("--key <file>", "RSA public key, PEM, or a certificate with it; without one signatures need certificates")
    .option("--ca-cert <file>", "authorities to trust for certificates, PEM; no others are trusted")
    .option("--subject <name>", "distinguished name that the certificate must have (default: the signature's name)")
    .option("--issuer <name>", "distinguished name that the certificate's issuer must have")
    .option("--declared", "take digests as they are declared where content has an access that opm cannot read")
    .option("--shallow", "only the descriptor and its signature, neither references nor content");
  addLookupOption(command);
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm component verify ./product.tgz//acme.org/app:1.0.0 --key acme.pub", "everything below it is read; exit code 6 names what is wrong"],
    ["opm component verify ./app.tgz//acme.org/app --ca-cert ca.pem --subject acme", "signed with a certificate"],
  );
}

async function run(reference: string, options: VerifyOptions): Promise<void> {
  const { certificatePaths } = await import("../../sessions/certificate-paths.ts");
  const paths = certificatePaths(process.env);
  try {
    report(await verify(reference, options, await readKeys(options, paths)), options);
  } finally {
    await paths.close();
  }
}

async function verify(reference: string, options: VerifyOptions, keys: KeyOptions): Promise<ComponentVerifyOutput> {
  const { name, shallow = false } = options;
  return await withComponents(options, async (session): Promise<ComponentVerifyOutput> => {
    const { verifyVersion } = await import("../../../components/verification/verify-version.ts");
    const opened = await openVersion(session, reference);
    const { version, named } = opened;
    const { client, signal } = session;
    const unread: UnreadResource[] = [];
    const repository = await repositoryWithLookup(session, opened, options);
    const { components, contents, signatures, signers, skipped, findings } = await verifyVersion(repository, version, {
      ...keys,
      client,
      signal,
      shallow,
      declared: options.declared === true,
      onUnread: (resource) => unread.push(resource),
      ...(name !== undefined && { signature: name }),
    });
    return {
      ...{ ...named, verified: findings.length === 0, signatures: [...signatures], signers: [...signers], skipped: [...skipped] },
      ...{ components, contents, unread, findings: [...findings] },
    };
  });
}

function report(output: ComponentVerifyOutput, options: VerifyOptions): void {
  const label = `${output.component}:${output.version}`;
  if (options.json === true) printJson(output);
  else {
    if (options.quiet !== true) warnUnread(output.unread);
    print(...output.findings.map(({ message }) => message));
    for (const { reason } of options.quiet === true ? [] : output.skipped) printWarning(`${label}: ${reason}`);
  }
  if (!output.verified) {
    const subjects = [...new Set(output.findings.map(({ subject }) => subject))].filter((subject) => subject !== label);
    const more = subjects.length > SHOWN ? ` and ${subjects.length - SHOWN} more` : "";
    throw new CliError(EXIT.finding, `${label} is not verified${subjects.length === 0 ? "" : `: ${subjects.slice(0, SHOWN).join("; ")}${more}`}`);
  }
  if (options.json === true || options.quiet === true) return;
  const what =
    options.shallow === true
      ? "its descriptor alone"
      : `${output.components} component versions, ${output.contents} contents${output.unread.length > 0 ? `, ${output.unread.length} not read` : ""}`;
  printNote(`verified ${label}, signed as ${output.signers.map(signerText).join(", ")}: ${what}`);
}

function signerText({ signature, certificate }: ComponentVerifyOutput["signers"][number]): string {
  return certificate === undefined ? signature : `${signature} by ${certificate.subject} (issued by ${certificate.issuer})`;
}

async function readKeys({ key, caCert, ...names }: VerifyOptions, { validatePath }: CertificatePaths): Promise<KeyOptions> {
  const [{ parsePublicKey }, { splitCertificates }, { parseDistinguishedName }, { readFile }] = await Promise.all([
    import("../../../components/signing/keys.ts"),
    import("../../../components/signing/certificate-chain.ts"),
    import("../../../components/signing/distinguished-name.ts"),
    import("node:fs/promises"),
  ]);
  const isNamed = names.subject !== undefined || names.issuer !== undefined;
  if (caCert === undefined && isNamed) {
    throw new CliError(EXIT.invalid, "--subject and --issuer are about certificates: name the authority that is trusted for them with --ca-cert");
  }
  const known = key === undefined ? {} : { key: parsePublicKey(await readFile(key, "utf8"), key) };
  if (key !== undefined && caCert === undefined) return known;
  return {
    ...known,
    trust: {
      roots: caCert === undefined ? [] : splitCertificates(await readFile(caCert, "utf8"), caCert),
      ...(names.subject !== undefined && { subject: parseDistinguishedName(names.subject, "--subject") }),
      ...(names.issuer !== undefined && { issuer: parseDistinguishedName(names.issuer, "--issuer") }),
      now: new Date(),
      validatePath,
    },
  };
}
