import type { Command } from "commander";
import type { DependenciesAnswer } from "../../client/packages/answers.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../options/limit.ts";
import { printJson, printTable, printWarning } from "../output/print.ts";

interface DepsOptions extends ClientOptions, LimitOptions {}

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../client/packages/answers.ts")).dependenciesAnswer;

/** `opm deps`: what an artifact declares that it depends on. */
export function define(command: Command): void {
  command.argument("<reference>", "host[:port]/name[:tag][@digest]");
  addClientOptions(addLimitOptions(command)).action(run);
  addExamples(
    command,
    ["opm deps registry.example.com/charts/web:2.0.0", "the charts that it needs, and which version there is"],
    ["opm deps --all localhost:5000/team/app:v1", "also every package of its SBOMs"],
  );
}

async function run(text: string, options: DepsOptions): Promise<void> {
  const [{ manifestReferenceOf, parseImageReference }, { withPackages }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../sessions/package.ts"),
  ]);
  const reference = parseImageReference(text);
  const page = { limit: limitOf(options) };
  const answer = await withPackages(options, reference.registry, ({ source }) =>
    source.dependencies(reference.repository, manifestReferenceOf(reference), page),
  );
  if (options.json === true) return printJson(answer);
  printTable(["KIND", "NAME", "REQUIRES", "FOUND"], answer.dependencies.map(rowOf), { cut: [3, 2], names: [1] });
  if (answer.problem !== null) printWarning(`not all of it could be read: ${answer.problem}`);
  noteRest({ rows: answer.dependencies, more: answer.more }, options);
}

function rowOf({ kind, key, name, registry, requirement, digest, resolved }: DependenciesAnswer["dependencies"][number]): string[] {
  const found = resolved === null ? "-" : `${resolved.repository}${resolved.tag === null ? `@${resolved.digest}` : `:${resolved.tag}`}`;
  return [kind, registry !== null && key.startsWith("oci:") ? `${registry}/${key.slice(4)}` : name, requirement ?? digest ?? "any", found];
}
