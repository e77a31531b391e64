import { short } from "../statistics.ts";
import type { Timing } from "./measure.ts";

/** Targets: milliseconds of p95 at the full size, and how many times more it may take there than at the smallest. */
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

function growth(scales: readonly Timing[]): number {
  return Math.max(scales.at(-1)?.p50 ?? Number.NaN, FLOOR) / Math.max(scales[0]?.p50 ?? Number.NaN, FLOOR);
}

/** A line for each question: p50 and p95 at each scale, the growth of p50, both while another process pushes. */
export function report(scales: readonly number[], measured: readonly Measured[]): string {
  const cell = ({ p50, p95 }: Timing): string => `${short(p50)} ${short(p95).padStart(5)}`;
  const head = ["ms: p50, p95", ...scales.map((scale) => `${scale * 100} %`), "growth", "while pushing", ""];
  const rows = measured.map((each) => [
    each.name,
    ...each.scales.map(cell),
    growth(each.scales).toFixed(1),
    cell(each.whilePushing),
    misses(each) ? "NO" : "yes",
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0))).join("  ");
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
