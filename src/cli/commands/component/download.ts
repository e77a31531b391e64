import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { ByteStream } from "../../../client/content/content.ts";
import type { Digest } from "../../../oci/digest.ts";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { contentPrinter, print, printJson, printNote } from "../../output/print.ts";
import { formatAmount } from "../../output/short-text.ts";
import { withComponents } from "../../sessions/component.ts";
import type { ComponentDownloadOutput } from "./download.output.ts";

interface DownloadOptions extends ClientOptions {
  readonly output?: string;
  readonly asStored?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./download.output.ts")).componentDownloadOutput;

/** `opm component download`: the content of a resource as a file. */
export function define(command: Command): void {
  command
    .argument("<reference>", "<repository>//<component>[:<version>] (default: the highest version)")
    .argument("<resource>", "its name")
    .argument("[key=value...]", "more of its identity: version=1.0.0, architecture=amd64")
    .option("-O, --output <file>", "a file, an existing folder, or - for standard output (default: the name of the resource)")
    .option("--as-stored", "the bytes of the blob as they are, also of archives with an image or chart, and compressed");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm component download ./app.tgz//acme.org/app:1.0.0 config -O config.yaml", "verified against its digest"],
    ["opm component download ./app.tgz//acme.org/app image os=linux -O image.tar", "for 'opm copy', skopeo and crane"],
  );
}

async function run(text: string, name: string, attributes: readonly string[], options: DownloadOptions): Promise<void> {
  if (options.output === "-" && options.json === true) throw new CliError(EXIT.invalid, "--json does not go with -O -: standard output is the content then");
  const selector = { ...Object.fromEntries(attributes.map(parseAttribute)), name };
  const [{ findComponentVersion }, { formatComponentReference }, { selectElement }, { elementContent }, { resourceFile }, { named }] = await Promise.all([
    import("../../sessions/component-version.ts"),
    import("../../../components/component-reference.ts"),
    import("../../../components/descriptor/select-element.ts"),
    import("../../../components/content/element-content.ts"),
    import("../../../components/content/resource-file.ts"),
    import("../../../components/verification/finding.ts"),
  ]);
  const output = await withComponents(options, async (session): Promise<ComponentDownloadOutput> => {
    const { client, signal } = session;
    const { stored, location } = await findComponentVersion(text, session);
    const { place, component, version } = location;
    const resource = selectElement(stored.descriptor.component.resources, selector, "resource");
    const label = `${component}:${version}, resource ${name}`;
    const content = await elementContent(stored, resource.access, { client, label, signal }).catch((error) => Promise.reject(named(error, label)));
    if (content === undefined) throw new CliError(EXIT.invalid, `${label}: opm cannot get content by access of type '${resource.access.type}'`);
    const file = await resourceFile(content, resource, { label, signal, asStored: options.asStored === true });
    try {
      const target = await targetOf(options.output, `${name}${file.extension}`);
      const written = await write(target, file.bytes);
      const reference = formatComponentReference({ place, component, version, digest: undefined });
      return { component, version, reference, resource: name, file: target, form: file.form, ...written };
    } finally {
      await file.close();
    }
  });
  if (options.json === true) return printJson(output);
  if (output.file === "-") return;
  print(output.file);
  if (options.quiet !== true) printNote(`downloaded ${formatAmount(output.size)}, ${output.digest}`);
}

function parseAttribute(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new CliError(EXIT.invalid, `'${text.slice(0, 80)}' is no part of an identity: expected key=value, e.g. architecture=amd64`);
}

async function targetOf(given: string | undefined, name: string): Promise<string> {
  if (given === undefined || given === "-") return given ?? name;
  const found = await stat(given).catch(() => undefined);
  return found?.isDirectory() === true ? join(given, name) : given;
}

/** Into a file that is there in full or not at all. */
async function write(target: string, bytes: ByteStream): Promise<{ readonly size: number; readonly digest: Digest }> {
  const hasher = new Bun.CryptoHasher("sha256");
  let size = 0;
  const counted = async function* () {
    for await (const piece of bytes) {
      hasher.update(piece);
      size += piece.length;
      yield piece;
    }
  };
  if (target === "-") {
    const show = contentPrinter();
    for await (const piece of counted()) show(piece);
    show();
  } else await (await import("../../../client/content/files.ts")).writeFileAtomically(target, counted());
  return { size, digest: `sha256:${hasher.digest("hex")}` as Digest };
}
