import type { Command } from "commander";
import type { Change, Comparison } from "../../../components/verification/compare-versions.ts";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { printJson, printNote, printTable, printWarning } from "../../output/print.ts";
import { withComponents } from "../../sessions/component.ts";
import { openVersion } from "../../sessions/component-version.ts";
import type { ComponentDiffOutput } from "./diff.output.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./diff.output.ts")).componentDiffOutput;

/** `opm component diff` */
export function define(command: Command): void {
  command.argument("<before>", "<repository>//<component>[:<version>]").argument("<after>", "the same, in any repository");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm component diff localhost:5000//acme.org/app:1.0 ./ctf//acme.org/app:1.0", "exit code 0 when both consist of the same, 6 when not"],
    ["opm component diff ./p.tgz//acme.org/app:1.0.0 ./p.tgz//acme.org/app:1.1.0", "what is new in a version"],
  );
}

async function run(first: string, second: string, options: ClientOptions): Promise<void> {
  const [{ compareVersions }, { lacksDigests }] = await Promise.all([
    import("../../../components/verification/compare-versions.ts"),
    import("../../../components/verification/verify-element.ts"),
  ]);
  const [before, after] = await withComponents(options, async (session) => {
    const opened = await openVersion(session, first);
    return [opened, await openVersion(session, second)] as const;
  });
  const descriptors = [before.version.descriptor, after.version.descriptor] as const;
  const comparison = compareVersions(...descriptors);
  if (options.json === true) {
    const [one, other] = comparison.digests;
    const sides = { before: { ...before.named, digest: one }, after: { ...after.named, digest: other } };
    printJson({ equal: comparison.equal, ...sides, changes: comparison.changes } satisfies Loose<ComponentDiffOutput>);
  } else printChanges(comparison);
  const [missing] = descriptors.flatMap(lacksDigests);
  if (missing !== undefined && options.quiet !== true) printWarning(`${missing} has no digest: whether its content is the same is not known`);
  if (!comparison.equal) throw new CliError(EXIT.finding, `${first} and ${second} do not consist of the same`);
  if (options.quiet !== true && options.json !== true) printNote(`both consist of the same, digest ${comparison.digests[0]}`);
}

/** Trees of descriptors are read-only. */
type Loose<T> = { readonly [K in keyof T]: K extends "changes" ? readonly Change[] : T[K] };

function printChanges({ changes }: Comparison): void {
  if (changes.length === 0) return;
  const rows = changes.flatMap(({ kind, name, change, fields }) => {
    const element = `${kind} ${name}`.trim();
    if (fields.length === 0) return [[change, element, "", "", "", ""]];
    return fields.map(({ field, before, after, signed }) => [change, element, field, signed ? "yes" : "no", textOf(before), textOf(after)]);
  });
  printTable(["CHANGE", "ELEMENT", "FIELD", "SIGNED", "BEFORE", "AFTER"], rows, { cut: [5, 4], names: [1] });
}

function textOf(value: unknown): string {
  if (value === undefined) return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
}
