import { print, printTable } from "../output/print.ts";
import { counted, formatAmount } from "../output/short-text.ts";
import type { ImportOutput } from "./import.output.ts";

/** Findings that are printed. */
const PRINTED = 50;

/** Prints how the sides compare, and what is found, a line each. */
export function printReport({ total, findings, findingCount }: ImportOutput): void {
  const { tags, manifests, referrers, blobs } = total;
  const row = (name: string, { source, target, sent }: ImportOutput["total"]["referrers"]) => [name, String(source), String(target), String(sent)];
  const sum = (of: "sourceBytes" | "targetBytes" | "sentBytes") => formatAmount(manifests[of] + blobs[of]);
  printTable(
    ["", "SOURCE", "TARGET", "SENT"],
    [
      row("tags", tags),
      row("manifests", manifests),
      row("referrers", referrers),
      row("blobs", blobs),
      ["bytes", sum("sourceBytes"), sum("targetBytes"), sum("sentBytes")],
    ],
  );
  print(...findings.slice(0, PRINTED).map(({ state, repository, reference, reason }) => `${state.padEnd(9)}  ${nameOf(repository, reference)}: ${reason}`));
  if (findingCount > PRINTED) print(`and ${findingCount - PRINTED} more: --json and --report have them`);
}

function nameOf(repository: string, reference: string | null): string {
  if (reference === null) return repository;
  return `${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
}

/** What came of it, in a line. */
export function conclusion({ mode, total }: ImportOutput): string {
  const { repositories, tags, manifests, blobs, untagged, gaps } = total;
  const notes = [
    ...(untagged > 0 ? [`${counted(untagged, "manifest")} that nothing leads to stayed behind: --untagged brings them`] : []),
    ...(gaps > 0 ? [`indexes name ${counted(gaps, "manifest")} that the source does not have`] : []),
  ];
  const bytes = manifests.sourceBytes + blobs.sourceBytes - manifests.targetBytes - blobs.targetBytes;
  const plan = `${counted(tags.source - tags.target, "tag")} and ${formatAmount(bytes)} of ${counted(repositories, "repository", "repositories")} would be sent`;
  const whole = `everything in ${counted(repositories, "repository", "repositories")} is there`;
  return [mode === "plan" ? plan : whole, ...notes].join("; ");
}
