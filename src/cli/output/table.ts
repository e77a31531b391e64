import { printable } from "./printable.ts";

export interface TableOptions {
  /** Columns of the terminal; undefined: as wide as it takes. */
  readonly width?: number;
  /** Indexes of the columns that are cut, and then left out, the first one first. Default: the widest. */
  readonly cut?: readonly number[];
  /** Indexes of the columns that say which row it is: never cut, never left out. Default: the first. */
  readonly names?: readonly number[];
}

/** Columns that a cut cell keeps at least. */
const LEAST = 8;

const GAP = "  ";

/**
 * Rows in columns, the header first, one line each. Where there is no room, cells are cut, then whole columns left out; only where
 * names alone are too wide are lines longer than `width`. Characters that would act on a terminal are written out.
 */
export function layOut(header: readonly string[], rows: readonly (readonly string[])[], { width, cut, names = [0] }: TableOptions = {}): string[] {
  const cells = [header, ...rows.map((row) => row.map(printable))];
  const full = header.map((_, column) => cells.reduce((most, row) => Math.max(most, columnsOf(row[column] ?? "")), 0));
  const shown = width === undefined ? full.map((room, column) => ({ column, room })) : fitColumns(full, width, orderOf(full, cut ?? [], names));
  return cells.map((row) =>
    shown
      .map(({ column, room }, index) => fit(row[column] ?? "", room, index === shown.length - 1))
      .join(GAP)
      .trimEnd(),
  );
}

interface Shown {
  readonly column: number;
  readonly room: number;
}

/** In which order columns give way: as wanted, then the widest; names do not. */
function orderOf(full: readonly number[], cut: readonly number[], names: readonly number[]): number[] {
  const widest = [...full.keys()].sort((a, b) => (full[b] ?? 0) - (full[a] ?? 0));
  return [...new Set([...cut, ...widest])].filter((column) => !names.includes(column));
}

/** The columns that there is room for, and how much. */
function fitColumns(full: readonly number[], width: number, order: readonly number[]): Shown[] {
  for (let left = 0; ; left++) {
    const out = new Set(order.slice(0, left));
    const columns = [...full.keys()].filter((column) => !out.has(column));
    const rooms = shrink(columns, full, { width, order });
    if (rooms.reduce((sum, { room }) => sum + room + GAP.length, -GAP.length) <= width || left >= order.length) return rooms;
  }
}

/** Cuts columns in turn, each down to the least that it keeps, until they fit or none is left to cut. */
function shrink(columns: readonly number[], full: readonly number[], { width, order }: { readonly width: number; readonly order: readonly number[] }): Shown[] {
  const rooms = new Map(columns.map((column) => [column, full[column] ?? 0]));
  let excess = [...rooms.values()].reduce((sum, room) => sum + room + GAP.length, -GAP.length) - width;
  for (const column of order) {
    const room = rooms.get(column);
    if (room === undefined) continue;
    const less = Math.max(0, Math.min(excess, room - LEAST));
    rooms.set(column, room - less);
    excess -= less;
  }
  return [...rooms].map(([column, room]) => ({ column, room }));
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
