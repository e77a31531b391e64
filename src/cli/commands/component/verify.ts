import type { Command } from "commander";
import type { VerifyOptions as KeyOptions } from "../../../components/signing/verify-signature.ts";
import { addClientOptions, type ClientOptions } from "../../client-options.ts";
import { withComponents } from "../../component-session.ts";
import { openVersion } from "../../component-version.ts";
import { addExamples } from "../../examples.ts";
import { CliError, EXIT } from "../../exit-code.ts";
import { print, printJson, printNote } from "../../output.ts";
import { printable } from "../../printable.ts";
import type { ComponentVerifyOutput } from "../../schemas/component/verify.ts";

/** Elements that the last line names. */
const SHOWN = 3;

interface VerifyOptions extends ClientOptions {
  readonly name?: string;
  readonly key?: string;
  readonly caCert?: string;
  readonly shallow?: boolean;
}

/** `opm component verify` */
export function registerComponentVerify(component: Command): void {
  const command = component
    .command("verify")
    .description("verify signatures of a component version, and that all it consists of is what was signed")
    .argument("<reference>", "<repository>//<component>[:<version>]")
    .option("--name <signature>", "only this signature (default: all, and there must be one)")
    .option("--key <file>", "RSA public key, PEM, or a certificate with it; without one signatures need certificates")
    .option("--ca-cert <file>", "authorities to trust for certificates, PEM, in place of the usual ones")
    .option("--shallow", "only the descriptor and its signature, neither references nor content");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm component verify ./product.tgz//acme.org/app:1.0.0 --key acme.pub", "everything below it is read; exit code 6 names what is wrong"],
    ["opm component verify registry.example.com//acme.org/app:1.0.0 --ca-cert ca.pem", "signed with a certificate"],
  );
}

async function run(reference: string, options: VerifyOptions): Promise<void> {
  const keys = await readKeys(options);
  const { name, shallow = false } = options;
  const output = await withComponents(options, async (session): Promise<ComponentVerifyOutput> => {
    const { verifyVersion } = await import("../../../components/verification/verify-version.ts");
    const { repository, version, named } = await openVersion(session, reference);
    const { client, signal } = session;
    const { components, contents, signatures, findings } = await verifyVersion(repository, version, {
      ...keys,
      client,
      signal,
      shallow,
      ...(name !== undefined && { signature: name }),
    });
    return {
      ...{ ...named, verified: findings.length === 0, signatures: [...signatures] },
      ...{ components, contents, findings: [...findings] },
    };
  });
  const label = `${output.component}:${output.version}`;
  if (options.json === true) printJson(output);
  else print(...output.findings.map(({ message }) => printable(message)));
  if (!output.verified) {
    const subjects = [...new Set(output.findings.map(({ subject }) => subject))].filter((subject) => subject !== label);
    const more = subjects.length > SHOWN ? ` and ${subjects.length - SHOWN} more` : "";
    throw new CliError(EXIT.finding, `${label} is not verified${subjects.length === 0 ? "" : `: ${subjects.slice(0, SHOWN).join("; ")}${more}`}`);
  }
  if (options.json === true || options.quiet === true) return;
  const what = shallow ? "its descriptor alone" : `${output.components} component versions, ${output.contents} contents`;
  printNote(`verified ${label}, signed as ${output.signatures.join(", ")}: ${what}`);
}

async function readKeys({ key, caCert }: VerifyOptions): Promise<KeyOptions> {
  const [{ parsePublicKey }, { splitCertificates }, { readFile }] = await Promise.all([
    import("../../../components/signing/keys.ts"),
    import("../../../components/signing/certificate-chain.ts"),
    import("node:fs/promises"),
  ]);
  return {
    now: new Date(),
    ...(key !== undefined && { key: parsePublicKey(await readFile(key, "utf8"), key) }),
    ...(caCert !== undefined && { roots: splitCertificates(await readFile(caCert, "utf8"), caCert) }),
  };
}
