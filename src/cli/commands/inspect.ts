import type { Command } from "commander";
import type { InspectAnswer } from "../../client/packages/answers.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { print, printJson } from "../output/print.ts";
import { formatAmount } from "../output/short-text.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../client/packages/answers.ts")).inspectAnswer;

/** `opm inspect`: what an artifact is. */
export function define(command: Command): void {
  command.argument("<reference>", "host[:port]/name[:tag][@digest]");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm inspect registry.example.com/team/app:v1.4.2", "everything worth knowing before a pull"],
    ["opm inspect --json localhost:5000/charts/web:2.0.0", "the same for programs"],
  );
}

async function run(text: string, options: ClientOptions): Promise<void> {
  const [{ manifestReferenceOf, parseImageReference }, { withPackages }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../sessions/package.ts"),
  ]);
  const reference = parseImageReference(text);
  const answer = await withPackages(options, reference.registry, ({ source }) => source.inspect(reference.repository, manifestReferenceOf(reference)));
  if (options.json === true) return printJson(answer);
  print(...(await linesOf(reference.registry, answer)));
}

async function linesOf(registry: string, answer: InspectAnswer): Promise<string[]> {
  const { typeTitle } = await import("./type-advice.ts");
  const { descriptor, contentType, typeTitle: title } = answer;
  const type = contentType === null ? "none" : `${title ?? typeTitle(contentType)}${(title ?? contentType) === contentType ? "" : ` (${contentType})`}`;
  const pairs = (values: Readonly<Record<string, string | number>>, separator: string) =>
    Object.entries(values).map(([name, value]) => `${name}${separator}${value}`);
  const rows: [string, readonly string[]][] = [
    ["Reference", [`${registry}/${answer.name}@${descriptor.digest}`]],
    ["Type", [type]],
    ["Title", answer.title === null ? [] : [answer.title]],
    ["Description", answer.description === null ? [] : [answer.description]],
    ["Manifest", [`${descriptor.mediaType}, ${formatAmount(descriptor.size)}`]],
    ["Size", answer.size === null ? [] : [`${formatAmount(answer.size)} in configs and layers`]],
    ["Platforms", answer.platforms],
    ...imageRows(answer),
    ["Layers", layerLines(answer)],
    ["Tags", answer.tags],
    ["Subject", answer.subject === null ? [] : [answer.subject]],
    ["Referrers", pairs(answer.referrers, " × ")],
    ["Signed", [answer.signed ? "yes" : "no"]],
    ["Annotations", pairs(answer.annotations, "=")],
    ["Labels", pairs(answer.labels, "=")],
    ["Pushed", answer.pushed === null ? [] : [`${answer.pushed}${answer.pushedBy === null ? "" : ` by ${answer.pushedBy}`}`]],
    ["Use it", answer.consume === null ? [] : [answer.consume]],
    ["Problem", answer.problem === null ? [] : [answer.problem]],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, values]) => values.map((value, index) => `${(index === 0 ? `${name}:` : "").padEnd(width)}${value}`));
}

/** How an image runs, as its config says. */
function imageRows({ image }: InspectAnswer): [string, readonly string[]][] {
  if (image === null) return [];
  const one = (value: string | null) => (value === null ? [] : [value]);
  const words = (values: readonly string[]) =>
    values.length === 0 ? [] : [values.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ")];
  return [
    ["Created", one(image.created)],
    ["Entry point", words(image.entrypoint)],
    ["Command", words(image.command)],
    ["User", one(image.user)],
    ["Folder", one(image.workingDirectory)],
    ["Environment", image.environment],
    ["Ports", image.ports],
    ["Volumes", image.volumes],
  ];
}

/** Layers that are shown; `--json` has more. */
const LAYERS = 10;

function layerLines({ layers, layerCount }: InspectAnswer): string[] {
  const shown = layers.slice(0, LAYERS).map(({ digest, size, mediaType }) => `${digest}  ${formatAmount(size)}  ${mediaType}`);
  return layerCount > shown.length ? [...shown, `and ${layerCount - shown.length} more`] : shown;
}
