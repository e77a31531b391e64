import { type Command, Option } from "commander";
import type { StoredComponentVersion } from "../../../components/repository/component-repository.ts";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { printDrawing, printJson, printTable, printText } from "../../output/print.ts";
import { shortDigest } from "../../output/short-text.ts";
import { withComponents } from "../../sessions/component.ts";
import type { ComponentTree } from "./component-tree.ts";
import type { ComponentGetOutput } from "./get.output.ts";

const FORMATS = ["table", "yaml", "json", "tree"] as const;

interface GetOptions extends ClientOptions {
  readonly output: (typeof FORMATS)[number];
  readonly recursive?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./get.output.ts")).componentGetOutput;

/** `opm component get`: the descriptor of a component version. */
export function define(command: Command): void {
  command
    .argument("<reference>", "<repository>//<component>[:<version>] (default: the highest version)")
    .addOption(new Option("-o, --output <format>", "how it is shown; yaml and json are the descriptor").choices(FORMATS).default("table"))
    .option("-r, --recursive", "also what it refers to, however deep");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm component get registry.example.com/delivery//acme.org/app:1.0.0", "what it has, and who signed it"],
    ["opm component get -o yaml ./product.tgz//acme.org/app", "the descriptor of the highest version"],
    ["opm component get -r -o tree ./product.tgz//acme.org/app:1.0.0", "with all that it refers to"],
  );
}

async function run(text: string, options: GetOptions): Promise<void> {
  const [{ findComponentVersion }, { drawComponents, readComponentTree }, { formatComponentReference }] = await Promise.all([
    import("../../sessions/component-version.ts"),
    import("./component-tree.ts"),
    import("../../../components/component-reference.ts"),
  ]);
  const { tree, place } = await withComponents({ ...options, quiet: options.quiet === true || options.json === true }, async (session) => {
    const { repository, stored, location } = await findComponentVersion(text, session);
    const found: ComponentTree = options.recursive === true ? await readComponentTree(repository, stored, session.signal) : { versions: [stored], missing: [] };
    for (const { component, version, referredToBy } of found.missing)
      session.warn(`${component}:${version}, which ${referredToBy} refers to, is not in ${location.place}`);
    return { tree: found, place: location.place };
  });
  const descriptors = tree.versions.map(({ descriptor }) => descriptor);
  if (options.json === true) {
    const components = tree.versions.map(({ descriptor, digest, layout, descriptorMediaType, warnings }) => {
      const { name, version } = descriptor.component;
      const reference = formatComponentReference({ place, component: name, version, digest: undefined });
      return { component: name, version, reference, digest, layout, mediaType: descriptorMediaType, warnings: [...warnings], descriptor };
    });
    return printJson({ components, missing: [...tree.missing] } satisfies ComponentGetOutput);
  }
  if (options.output === "json") return printJson(options.recursive === true ? descriptors : descriptors[0]);
  if (options.output === "tree") return printDrawing(drawComponents(tree));
  if (options.output === "table") return printVersions(tree.versions);
  const { yamlText } = await import("../../output/yaml.ts");
  const texts = descriptors.map((descriptor) => yamlText(descriptor, { aliasDuplicateObjects: false }));
  printText(`${texts.join("---\n").trimEnd()}\n`);
}

function printVersions(versions: readonly StoredComponentVersion[]): void {
  const rows = versions.map(({ descriptor, digest }) => {
    const { name, version, provider, resources, sources, componentReferences } = descriptor.component;
    const counts = [resources, sources, componentReferences].map((list) => String(list.length));
    const signatures = (descriptor.signatures ?? []).map((signature) => signature.name).join(", ");
    return [name, version, providerName(provider), ...counts, signatures, shortDigest(digest)];
  });
  printTable(["COMPONENT", "VERSION", "PROVIDER", "RESOURCES", "SOURCES", "REFERENCES", "SIGNED BY", "DIGEST"], rows);
}

/** With labels it is JSON. */
function providerName(provider: string): string {
  if (!provider.startsWith("{")) return provider;
  const { name }: { readonly name?: unknown } = JSON.parse(provider);
  return typeof name === "string" ? name : provider;
}
