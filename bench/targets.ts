import type { Case, Target } from "./case.ts";
import type { Samples } from "./measure.ts";
import type { Sample } from "./stage.ts";
import { median, short } from "./statistics.ts";

/** How ours compares with what it aims for, as texts of a table. */
export interface Verdict {
  readonly what: string;
  readonly is: string;
  readonly target: string;
  /** undefined where nothing that it is held against was measured */
  readonly reached: boolean | undefined;
}

/** The registries that targets are set beside. Further ones have columns, and no say in what is reached. */
const PEERS = ["distribution", "zot"] as const;

/** The median of a figure or of CPU seconds; NaN where it was not measured. */
export function medianOf(taken: readonly Sample[] | undefined, of: Target["of"]): number {
  return median((taken ?? []).flatMap((sample) => (of === "figure" ? [sample.figure] : sample.cpu === undefined ? [] : [sample.cpu])));
}

/** Whether less is better. */
export function lessIsBetter({ figure }: Pick<Case, "figure">, of: Target["of"]): boolean {
  return of === "CPU" || figure === "p99 ms";
}

/** Holds the medians of ours against the targets of a case. */
export function judge(each: Case, samples: Samples): Verdict[] {
  const taken = samples.get(each.name);
  return each.targets.map((target) => {
    const { of, ours: name = "opm", against, side, value } = target;
    const ours = medianOf(taken?.get(name), of);
    const is = against === "alone" ? ours : ratio(each, target, ours, other(each, target, taken));
    const met = side === "at least" ? is >= value : is <= value;
    const unit = against === "alone" ? "" : "x";
    return {
      what: `${each.title}: ${of === "CPU" ? "CPU" : each.figure}, ${target.ours === undefined ? "" : `${name} `}to ${against === "peers" ? "the better peer" : against}`,
      is: Number.isNaN(is) ? "-" : `${short(is)}${unit}`,
      target: `${side === "at least" ? ">=" : "<="} ${value}${unit}`,
      reached: Number.isNaN(is) ? undefined : met,
    };
  });
}

function other(each: Case, { of, against }: Target, taken: ReadonlyMap<string, readonly Sample[]> | undefined): number {
  if (against !== "peers") return medianOf(taken?.get(against), of);
  const values = PEERS.map((name) => medianOf(taken?.get(name), of)).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return Number.NaN;
  return lessIsBetter(each, of) ? Math.min(...values) : Math.max(...values);
}

/** "at least" says how many times better ours is; "at most" how much of it ours takes. */
function ratio(each: Case, { of, side }: Target, ours: number, theirs: number): number {
  return side === "at least" && lessIsBetter(each, of) ? theirs / ours : ours / theirs;
}
