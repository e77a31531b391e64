import { fitLines, layOut, type TableOptions } from "./table.ts";
import { isErrTerminal, isOutTerminal, outColumns, writeErr, writeOut } from "./terminal.ts";

/** Prints lines of text to standard output. */
export function print(...lines: readonly string[]): void {
  writeOut(lines.map((line) => `${line}\n`).join(""));
}

/** Prints a value as JSON, indented, for programs and for people. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/**
 * Prints rows in columns under a header; the header alone says that there are none. On a terminal a table is never wider than it:
 * long cells are cut, with `…`. Elsewhere nothing is cut.
 */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[], options: Omit<TableOptions, "width"> = {}): void {
  const width = outColumns();
  const [title = "", ...lines] = layOut(header, rows, { ...options, ...(width !== undefined && { width }) });
  print(paint("bold", title, isOutTerminal()), ...lines);
}

/** Prints lines of a drawing: on a terminal none is wider than it. */
export function printDrawing(lines: readonly string[]): void {
  print(...fitLines(lines, outColumns()));
}

/** Says something that is no result, on standard error. */
export function printNote(text: string): void {
  writeErr(`${text}\n`);
}

/** Warns on standard error: `opm: warning: …`. */
export function printWarning(text: string): void {
  writeErr(`opm: ${paint("yellow", "warning:", isErrTerminal())} ${text}\n`);
}

/** ECMA-48, SGR: what turns a look on, and what turns it off. */
const LOOKS = { bold: [1, 22], yellow: [33, 39] } as const;

/** Text in a look on a terminal, unless nobody wants any (`NO_COLOR`, `TERM=dumb`). */
function paint(look: keyof typeof LOOKS, text: string, terminal: boolean): string {
  if (!terminal || process.env.NO_COLOR || process.env.TERM === "dumb") return text;
  const [on, off] = LOOKS[look];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
