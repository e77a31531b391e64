import { median } from "../statistics.ts";
import { textTable } from "../text-table.ts";
import type { ModuleCase, Target } from "./cases.ts";
import type { CaseFigures, Figures, Subject } from "./measure.ts";

const MIB = 2 ** 20;

interface Verdict {
  readonly figure: string;
  readonly met: boolean;
}

/** The tables: medians against the targets, the lowest and highest, CPU time. */
export function reportModules(cases: readonly ModuleCase[], figures: Figures): string {
  const names = [...new Set([...figures.values()].flatMap((subjects) => [...subjects.keys()]))];
  const ours = names.filter((name) => name !== "cue");
  const taken = (each: ModuleCase, name: Subject["name"]) => figures.get(each.name)?.get(name);
  const rows = (kept: readonly ModuleCase[], cell: (taken: CaseFigures | undefined) => string) =>
    kept.map((each) => [each.title, ...names.map((name) => cell(taken(each, name)))]);
  const verdicts = (each: ModuleCase) =>
    ours.flatMap((name) => {
      const { figure, met } = judge(each.target, medianOf(taken(each, name)), medianOf(taken(each, "cue")));
      return [figure, met ? "yes" : "NO"];
    });
  const timed = cases.filter(({ isMemory }) => isMemory !== true);
  return [
    textTable(
      ["wall time (ms), median", ...names, "target", ...ours.flatMap((name) => [name, "met"])],
      cases.map((each) => [each.title, ...names.map((name) => amount(medianOf(taken(each, name)))), describe(each.target), ...verdicts(each)]),
    ),
    textTable(
      ["CPU time (ms), median", ...names],
      rows(timed, (of) => median((of?.samples ?? []).map(({ cpu }) => cpu)).toFixed(0)),
    ),
    textTable(["min..max", ...names], rows(cases, range)),
  ].join("\n\n");
}

/** Milliseconds, or bytes. */
function medianOf(taken: CaseFigures | undefined): number {
  return median(valuesOf(taken));
}

function valuesOf(taken: CaseFigures | undefined): readonly number[] {
  if (taken === undefined) return [];
  return taken.peaks.length > 0 ? taken.peaks : taken.samples.map(({ wall }) => wall);
}

function judge(target: Target, ours: number, theirs: number): Verdict {
  switch (target.kind) {
    case "plus":
      return { figure: `${ours < theirs ? "" : "+"}${(ours - theirs).toFixed(0)}`, met: ours - theirs <= target.milliseconds };
    case "ratio":
      return { figure: `${(ours / theirs).toFixed(2)}x`, met: ours / theirs <= target.most };
    case "limit":
      return { figure: ours.toFixed(0), met: ours <= target.milliseconds };
  }
}

function describe(target: Target): string {
  if (target.kind === "plus") return `+${target.milliseconds}`;
  return target.kind === "ratio" ? `${target.most}x` : `${target.milliseconds}`;
}

/** Times are below a hundred thousand milliseconds, memory is above a hundred thousand bytes. */
function amount(value: number): string {
  return value >= 100_000 ? `${(value / MIB).toFixed(0)} MiB` : value.toFixed(0);
}

function range(taken: CaseFigures | undefined): string {
  const values = valuesOf(taken);
  return values.length === 0 ? "-" : `${amount(Math.min(...values))}..${amount(Math.max(...values))}`;
}
