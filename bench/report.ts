import type { Case } from "./case.ts";
import { grows } from "./growth.ts";
import type { Peaks, Samples } from "./measure.ts";
import type { MemoryFigures } from "./memory.ts";
import type { Sample } from "./stage.ts";
import { median, short } from "./statistics.ts";
import type { Subject } from "./subject.ts";
import { judge, lessIsBetter, medianOf } from "./targets.ts";
import { textTable } from "./text-table.ts";

const MIB = 2 ** 20;
const MEMORY_TARGETS = { idle: 60, peak: 150 } as const;

/** What a run gave. */
export interface Outcome {
  readonly cases: readonly Case[];
  readonly subjects: readonly Pick<Subject, "name" | "kind">[];
  readonly samples: Samples;
  /** By group. */
  readonly peaks: ReadonlyMap<string, Peaks>;
  readonly memory: ReadonlyMap<string, MemoryFigures>;
  /** The server of ours that stands beside each peer. Default: `opm`. */
  readonly ours?: string;
  /** Further tables, which stand before the lowest and highest figures. */
  readonly tables?: readonly string[];
}

/** The tables: medians, targets, CPU time a request, ranges, latencies, and memory. */
export function report(outcome: Outcome): string {
  const { cases, samples, memory, subjects, ours = "opm", tables = [] } = outcome;
  const measured = subjects.filter(({ name }) => memory.has(name) || [...samples.values()].some((servers) => servers.has(name)));
  const names = measured.map(({ name }) => name);
  const of = (each: Case, name: string) => samples.get(each.name)?.get(name) ?? [];
  const table = (title: string, cell: (taken: readonly Sample[]) => string, list: readonly Case[]) =>
    textTable(
      [title, ...names],
      list.map((each) => [titleOf(each), ...names.map((name) => cell(of(each, name)))]),
    );
  const peers = measured.filter(({ kind }) => kind === "peer").map(({ name }) => name);
  const medians = cases.map((each) => [
    titleOf(each),
    ...names.map((name) => short(medianOf(of(each, name), "figure"))),
    ...peers.map((name) => times(each, medianOf(of(each, ours), "figure"), medianOf(of(each, name), "figure"))),
  ]);
  const parts = [
    textTable(["medians", ...names, ...peers.map((name) => `${ours}/${name}`)], medians),
    targetTable(outcome),
    table(
      "server CPU us a request",
      (taken) => short(1e6 * medianOf(taken, "CPU")),
      cases.filter(({ countsCpu }) => countsCpu !== false),
    ),
    ...tables,
    table("min..max", range, cases),
    ...latencyTables(outcome, names),
    startTable(outcome, names),
    peakTable(outcome, names),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** What the row of a case begins with. */
export function titleOf({ figure, title }: Case): string {
  return `${title} (${figure === "p99 ms" ? "p99 ms" : "/s"})`;
}

/** How many times better ours is. */
function times(each: Case, ours: number, theirs: number): string {
  const ratio = lessIsBetter(each, "figure") ? theirs / ours : ours / theirs;
  return Number.isNaN(ratio) ? "-" : `${short(ratio)}x`;
}

function targetTable({ cases, samples, memory }: Outcome): string {
  const rows = cases.flatMap((each) => judge(each, samples)).map(({ what, is, target, reached }) => [what, is, target, mark(reached)]);
  const ours = memory.get("opm");
  for (const kind of ["idle", "peak"] as const) {
    if (ours === undefined) continue;
    const is = ours[kind] / MIB;
    rows.push([kind === "idle" ? "idle memory, MiB" : "peak of a large push, MiB", short(is), `<= ${MEMORY_TARGETS[kind]}`, mark(is <= MEMORY_TARGETS[kind])]);
  }
  return rows.length === 0 ? "" : textTable(["targets", "is", "target", "met"], rows);
}

function mark(reached: boolean | undefined): string {
  return reached === undefined ? "" : reached ? "yes" : "NO";
}

function range(taken: readonly Sample[]): string {
  const figures = taken.map(({ figure }) => figure);
  return figures.length === 0 ? "-" : `${short(Math.min(...figures))}..${short(Math.max(...figures))}`;
}

/** A table for each case whose operations are of several kinds. */
function latencyTables({ cases, samples }: Outcome, names: readonly string[]): string[] {
  return cases.flatMap((each) => {
    const taken = samples.get(each.name);
    const kinds = [...new Set([...(taken?.values() ?? [])].flatMap((list) => list.flatMap(({ latencies }) => Object.keys(latencies ?? {}))))].sort();
    const rows = kinds.flatMap((kind) =>
      (["p50", "p90", "p99", "p999"] as const).map((share) => [
        `${kind} ${share}`,
        ...names.map((name) => short(median((taken?.get(name) ?? []).map(({ latencies }) => 1000 * (latencies?.[kind]?.[share] ?? Number.NaN))))),
      ]),
    );
    return rows.length === 0 ? [] : [textTable([`${each.title}, ms`, ...names], rows)];
  });
}

function startTable({ cases, samples }: Outcome, names: readonly string[]): string {
  const rows = cases.flatMap((each) => {
    const starts = names.map((name) => (samples.get(each.name)?.get(name) ?? []).flatMap(({ startup }) => (startup === undefined ? [] : [1000 * startup])));
    return starts.every(({ length }) => length === 0) ? [] : [[each.title, ...starts.map((list) => short(median(list)))]];
  });
  return rows.length === 0 ? "" : textTable(["start to first answer, ms", ...names], rows);
}

/** The peak of each round, so that growth shows, and what a server that did nothing or one large push takes. */
function peakTable({ peaks, memory }: Outcome, names: readonly string[]): string {
  const rows = [...peaks].map(([group, servers]) => {
    const growing = names.filter((name) => grows(servers.get(name) ?? []) === true);
    const cells = names.map((name) => (servers.get(name) ?? []).map((bytes) => Math.round(bytes / MIB)).join(" ") || "-");
    return [`${group}, each round`, ...cells, growing.join(" ") || "-"];
  });
  for (const [kind, title] of [
    ["idle", "idle"],
    ["peak", "after a large push"],
  ] as const) {
    if (memory.size > 0) rows.push([title, ...names.map((name) => short((memory.get(name)?.[kind] ?? Number.NaN) / MIB)), ""]);
  }
  return rows.length === 0 ? "" : textTable(["memory, MiB at most", ...names, "grows"], rows);
}
