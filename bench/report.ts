import type { Case } from "./cases.ts";
import type { Sample, Samples } from "./measure.ts";
import type { MemoryFigures } from "./memory.ts";
import { median, short } from "./statistics.ts";
import { SUBJECTS, type SubjectName } from "./subject.ts";
import { textTable } from "./text-table.ts";
import { judge } from "./verdict.ts";

const MIB = 2 ** 20;
const MEMORY_TARGETS = { idle: 100, peak: 150 } as const;

/** The tables: medians against targets, CPU time a request, and the ranges. At most 100 columns wide. */
export function report(cases: readonly Case[], samples: Samples, memory: ReadonlyMap<SubjectName, MemoryFigures>): string {
  const measured = SUBJECTS.filter((name) => memory.has(name) || [...samples.values()].some((servers) => (servers.get(name)?.length ?? 0) > 0));
  const of = (each: Case, name: SubjectName) => samples.get(each.name)?.get(name) ?? [];
  const unit = ({ figure, title }: Case) => `${title} (${figure === "p99 ms" ? "p99 ms" : "/s"})`;
  const table = (title: string, cell: (taken: readonly Sample[]) => string, list = cases) =>
    textTable(
      [title, ...measured],
      list.map((each) => [unit(each), ...measured.map((name) => cell(of(each, name)))]),
    );
  const medians = cases.map((each) => {
    const { figure, target, reached } = judge(each, samples);
    const mark = reached === undefined ? "" : reached ? "yes" : "NO";
    return [unit(each), ...measured.map((name) => short(median(of(each, name).map((sample) => sample.figure)))), figure, target, mark];
  });
  for (const kind of ["idle", "peak"] as const) if (memory.size > 0) medians.push(memoryRow(kind, measured, memory));
  return [
    textTable(["medians", ...measured, "opm/peer", "target", "met"], medians),
    table(
      "server CPU us a request",
      (taken) => short(1e6 * median(taken.map(({ cpu }) => cpu))),
      cases.filter(({ countsCpu }) => countsCpu !== false),
    ),
    table("min..max", range),
  ].join("\n\n");
}

function memoryRow(kind: keyof MemoryFigures, measured: readonly SubjectName[], memory: ReadonlyMap<SubjectName, MemoryFigures>): string[] {
  const megabytes = (name: SubjectName) => (memory.get(name)?.[kind] ?? Number.NaN) / MIB;
  const target = MEMORY_TARGETS[kind];
  const title = kind === "idle" ? "idle memory (MiB)" : "peak, 2 GiB push (MiB)";
  return [title, ...measured.map((name) => short(megabytes(name))), short(megabytes("opm")), `< ${target}`, megabytes("opm") < target ? "yes" : "NO"];
}

function range(taken: readonly Sample[]): string {
  const figures = taken.map(({ figure }) => figure);
  return figures.length === 0 ? "-" : `${short(Math.min(...figures))}..${short(Math.max(...figures))}`;
}
