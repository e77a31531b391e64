import { printable } from "./printable.ts";

export interface TableOptions {
  /** Columns of the terminal; undefined: as wide as it takes. */
  readonly width?: number;
  /** Indexes of the columns that may be cut, the first one first. Default: the widest. */
  readonly cut?: readonly number[];
}

/** Columns that a cut cell keeps at least. */
const LEAST = 8;

const GAP = "  ";

/** Rows in columns, the header first, one line each. Characters that would act on a terminal are written out. */
export function layOut(header: readonly string[], rows: readonly (readonly string[])[], { width, cut }: TableOptions = {}): string[] {
  const cells = [header, ...rows.map((row) => row.map(printable))];
  const widths = header.map((_, column) => cells.reduce((most, row) => Math.max(most, columnsOf(row[column] ?? "")), 0));
  if (width !== undefined) shrink(widths, width, cut);
  return cells.map((row) =>
    widths
      .map((room, column) => fit(row[column] ?? "", room, column === widths.length - 1))
      .join(GAP)
      .trimEnd(),
  );
}

/** Takes columns away until the table is no wider than `width`, or nothing more can be cut. */
function shrink(widths: number[], width: number, cut: readonly number[] | undefined): void {
  let excess = widths.reduce((sum, room) => sum + room, GAP.length * (widths.length - 1)) - width;
  const order = cut ?? [...widths.keys()].sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
  for (const column of order) {
    const room = widths[column] ?? 0;
    const less = Math.max(0, Math.min(excess, room - LEAST));
    widths[column] = room - less;
    excess -= less;
  }
}

function fit(text: string, room: number, last: boolean): string {
  const columns = columnsOf(text);
  if (columns > room) return truncate(text, room);
  return last ? text : text + " ".repeat(room - columns);
}

/** The start of a text that fits into `room` columns together with an ellipsis, padded. */
export function truncate(text: string, room: number): string {
  if (columnsOf(text) <= room) return text;
  let kept = "";
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const columns = columnsOf(segment);
    if (used + columns > room) break;
    kept += segment;
    used += columns;
  }
  return `${kept}…${" ".repeat(Math.max(0, room - used))}`;
}

/** Lines that are no longer than the terminal is wide, so that a tree stays one. `width`: undefined where they may be as long as they are. */
export function fitLines(lines: readonly string[], width: number | undefined): string[] {
  return lines.map((line) => (width === undefined ? line : truncate(line, width).trimEnd()));
}

/** Columns that a text takes on a terminal. */
function columnsOf(text: string): number {
  return Bun.stringWidth(text);
}
