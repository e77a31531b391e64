import type { ChangedDependencies } from "../../../modules/dependencies/change-dependencies.ts";
import type { DownloadedModule } from "../../../modules/dependencies/download.ts";
import type { DependencyChange, Diagnostic } from "../../../modules/helper/protocol.ts";
import { diagnosticLines } from "../../output/diagnostic-lines.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printErrLine, printNote, printWarning } from "../../output/print.ts";
import { counted, formatAmount } from "../../output/short-text.ts";
import type { DependencyOutput } from "./dependencies.output.ts";

/** What `--json` has of changed dependencies. */
export function describeDependencies(root: string, { changes, modules, files, problems }: ChangedDependencies): DependencyOutput {
  return {
    root,
    changes: changes.map(describeChange),
    modules: modules.map(describeModule),
    changed: [...files],
    problems: problems.map((problem) => ({ ...problem, positions: [...problem.positions] })),
  };
}

export function describeChange({ path, from, to, replacedBy, imports }: DependencyChange): DependencyOutput["changes"][number] {
  return { module: path, from: from ?? null, to: to ?? null, replacedBy: replacedBy ?? null, imports: [...imports] };
}

export function describeModule({ path, version, bytes, state }: DownloadedModule): DependencyOutput["modules"][number] {
  return { module: path, version, bytes, state };
}

/** `+ path v`, `~ path old → new`, `- path v`, `= path v`; `+ path (../folder)` for one that has no version, as the folder stands for it. */
export function changeLine({ module, from, to, replacedBy }: Pick<DependencyOutput["changes"][number], "module" | "from" | "to" | "replacedBy">): string {
  if (to === null && replacedBy !== null) return `${from === null ? "+" : "~"} ${module} (${replacedBy})`;
  if (from === null && to === null) return `- ${module}`;
  if (from === null) return `+ ${module} ${to}`;
  if (to === null) return `- ${module} ${from}`;
  return from === to ? `= ${module} ${to}` : `~ ${module} ${from} → ${to}`;
}

/** Prints changes, and how much was fetched for them. */
export function reportDependencies({ changes, modules }: DependencyOutput, { quiet }: { readonly quiet?: boolean }): void {
  print(...changes.map(changeLine));
  for (const { module, version } of modules.filter(({ state }) => state === "repaired")) {
    printWarning(`the module cache had a damaged copy of ${module.replace(/@[^@]*$/, "")}@${version}, which was made anew`);
  }
  if (quiet === true || modules.length === 0) return;
  const moved = modules.filter(({ state }) => state === "fetched" || state === "repaired");
  const all = counted(modules.length, "module");
  const bytes = formatAmount(moved.reduce((sum, module) => sum + module.bytes, 0));
  const fetched = `fetched ${moved.length === modules.length ? all : `${moved.length} of ${all}`} (${bytes})`;
  printNote(moved.length === 0 ? `${all}, nothing had to be fetched` : fetched);
}

/** Throws where a change made the module invalid, so that the command says so. @throws ModuleError of a check that found something */
export async function refuseProblems(problems: readonly Diagnostic[], { root, changes }: Pick<DependencyOutput, "root" | "changes">): Promise<void> {
  if (problems.length === 0) return;
  for (const line of diagnosticLines(problems, { root })) printErrLine(line);
  const back = changes.flatMap(({ module, from, to }) => (from !== null && to !== null && from !== to ? [`${module.replace(/@[^@]*$/, "")}@${from}`] : []));
  const undo = back.length === 0 ? "" : `, or go back with 'opm mod get ${back.join(" ")}'`;
  throw new CliError(EXIT.finding, `the dependencies are changed, but the module does not evaluate with them: adapt it${undo}`);
}
