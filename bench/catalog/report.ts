import { short } from "../statistics.ts";
import { textTable } from "../text-table.ts";
import type { Timing } from "./measure.ts";

/** Targets: milliseconds of p95 at the full size, and how many times more it may take there than at the smallest with as large answers. */
const P95 = 50;
const GROWTH = 2;

/** Below so many milliseconds a growth says nothing: the clock and the event loop take as long. */
const FLOOR = 0.3;

export interface Measured {
  readonly name: string;
  /** At each scale, ascending. */
  readonly scales: readonly Timing[];
  readonly whilePushing: Timing;
}

/** True when a target is missed. */
export function misses({ scales, whilePushing }: Measured): boolean {
  return growth(scales) > GROWTH || whilePushing.p95 > P95 || (scales.at(-1)?.p95 ?? 0) > P95;
}

/** Answers of so much of the rows count as equally large. */
const SAME_SIZE = 0.8;

/** How many times longer it takes at the full size than at the smallest one whose answers are as large. */
function growth(scales: readonly Timing[]): number {
  const full = scales.at(-1);
  const alike = scales.find(({ rows }) => (rows ?? 0) >= SAME_SIZE * (full?.rows ?? 0));
  return Math.max(full?.p50 ?? Number.NaN, FLOOR) / Math.max(alike?.p50 ?? Number.NaN, FLOOR);
}

/** A line for each question: p50 and p95 at each scale, the growth of p50 where answers are equally large, both while another process pushes. */
export function report(scales: readonly number[], measured: readonly Measured[]): string {
  const cell = ({ p50, p95 }: Timing): string => `${short(p50)} ${short(p95).padStart(5)}`;
  const size = ({ rows }: Timing): string => (rows === undefined ? "-" : rows.toFixed(0));
  const head = ["ms: p50, p95", ...scales.map((scale) => `${scale * 100} %`), "rows", "growth", "while pushing", ""];
  const rows = measured.map((each) => [
    each.name,
    ...each.scales.map(cell),
    each.scales.map(size).join(" "),
    growth(each.scales).toFixed(1),
    cell(each.whilePushing),
    misses(each) ? "NO" : "yes",
  ]);
  return textTable(head, rows);
}
