import type { Case } from "./case.ts";
import type { Results } from "./results.ts";
import { median, short, spread } from "./statistics.ts";
import { lessIsBetter } from "./targets.ts";
import { textTable } from "./text-table.ts";

/** What counts as noise at least: rounds of one run can agree by chance. */
const FLOOR = 0.05;

/** What a comparison needs to know of a case. */
type Compared = Pick<Case, "name" | "title" | "figure" | "group">;

/** A figure of ours in two runs. Changes are factors. */
export interface Movement {
  readonly what: string;
  readonly before: number;
  readonly after: number;
  readonly change: number;
  /** What the same figure of the other servers changed by: they are the same programs, so this is the machine. */
  readonly others: number | undefined;
  /** How large a change has to be, as a share, to be none of the rounds' own. */
  readonly noise: number;
  readonly verdict: "better" | "worse" | "same";
}

/**
 * Compares ours in two runs. Noise is the spread of the rounds (the highest less the lowest, as a share of the median) of both runs together,
 * and 5 % at least. A figure has moved when its median changed by more than that, and still by more than that after the median change of
 * the other servers is taken out.
 */
export function compare(before: Results, after: Results, cases: readonly Compared[]): Movement[] {
  const movements: Movement[] = [];
  for (const each of cases) {
    for (const of of ["figure", "CPU"] as const) {
      const take = (results: Results) => samplesOf(results.figures[each.name] ?? {}, of);
      const what = `${each.title}: ${of === "CPU" ? "CPU us" : each.figure}`;
      add(movements, what, lessIsBetter(each, of), take(before), take(after));
    }
  }
  for (const group of Object.keys(after.peaks)) {
    // What a server holds depends on everything that it was asked.
    const ran = (results: Results) => cases.filter((each) => each.group === group && each.name in results.figures).map(({ name }) => name);
    if (ran(before).join() !== ran(after).join()) continue;
    const take = (results: Results) => inMebibytes(results.peaks[group] ?? {});
    add(movements, `memory of ${group}: MiB`, true, take(before), take(after));
  }
  return movements;
}

type Taken = Readonly<Record<string, readonly number[]>>;

function add(movements: Movement[], what: string, less: boolean, before: Taken, after: Taken): void {
  const [old, now] = [before.opm ?? [], after.opm ?? []];
  if (old.length === 0 || now.length === 0) return;
  const change = median(now) / median(old);
  const changes = Object.keys(after).flatMap((name) =>
    name === "opm" || (before[name] ?? []).length === 0 ? [] : [median(after[name] ?? []) / median(before[name] ?? [])],
  );
  const others = changes.length === 0 ? undefined : median(changes);
  const noise = Math.max(FLOOR, spread(old) + spread(now));
  // As factors, so that half and twice are equally far.
  const beyond = (factor: number) => Math.abs(Math.log(factor)) > Math.log(1 + noise);
  const net = change / (others ?? 1);
  const moved = beyond(change) && beyond(net) && change > 1 === net > 1;
  const verdict = moved ? (change < 1 === less ? "better" : "worse") : "same";
  movements.push({ what, before: median(old), after: median(now), change, others, noise, verdict });
}

function samplesOf(servers: Results["figures"][string], of: "figure" | "CPU"): Taken {
  return mapped(servers, (samples) => samples.flatMap(({ figure, cpu }) => (of === "figure" ? [figure] : typeof cpu === "number" ? [1e6 * cpu] : [])));
}

function inMebibytes(servers: Taken): Taken {
  return mapped(servers, (peaks) => peaks.map((bytes) => bytes / 2 ** 20));
}

function mapped<Value>(record: Readonly<Record<string, Value>>, map: (value: Value) => readonly number[]): Taken {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** What moved beyond noise, and what may make the two runs incomparable. */
export function reportComparison(before: Results, after: Results, cases: readonly Compared[]): string {
  const all = compare(before, after, cases);
  const moved = all.filter(({ verdict }) => verdict !== "same");
  const rows = moved.map(({ what, change, others, noise, verdict, ...each }) => [
    what,
    short(each.before),
    short(each.after),
    percent(change),
    others === undefined ? "-" : percent(others),
    `±${Math.round(100 * noise)} %`,
    verdict,
  ]);
  return [
    `Compared with ${before.commit?.slice(0, 12) ?? "an unknown commit"} of ${before.at}:`,
    ...differences(before, after).map((text) => `  beware: ${text}`),
    ...(rows.length === 0 ? [] : [textTable(["moved beyond noise", "before", "after", "opm", "others", "noise", ""], rows)]),
    `${moved.length} of ${all.length} figures moved beyond noise: the spread of the rounds of both runs, 5 % at least, with and without what the other servers changed by.`,
  ].join("\n");
}

function percent(factor: number): string {
  const change = Math.round(100 * (factor - 1));
  return `${change > 0 ? "+" : ""}${change} %`;
}

function differences(before: Results, after: Results): string[] {
  const found: string[] = [];
  const machine = ({ machine: of }: Results) => (of === undefined ? "an unknown machine" : `${of.cpus} x ${of.cpu}, kernel ${of.kernel}`);
  if (machine(before) !== machine(after)) found.push(`it ran on ${machine(before)}, this on ${machine(after)}`);
  if (before.rounds !== after.rounds || before.seconds !== after.seconds) {
    found.push(`it took ${before.rounds} rounds of ${before.seconds} s, this ${after.rounds} of ${after.seconds} s`);
  }
  for (const [name, version] of Object.entries(before.versions)) {
    const now = after.versions[name];
    if (name !== "opm" && now !== undefined && now !== version) found.push(`${name} was ${version}, now ${now}`);
  }
  return found;
}
