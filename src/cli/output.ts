import { layOut, type TableOptions } from "./table.ts";

/** Prints lines of text to standard output. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
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
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const [title = "", ...lines] = layOut(header, rows, { ...options, ...(width !== undefined && { width }) });
  print(paint("bold", title, process.stdout), ...lines);
}

/** Says something that is no result, on standard error. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Warns on standard error: `opm: warning: …`. */
export function printWarning(text: string): void {
  process.stderr.write(`opm: ${paint("yellow", "warning:", process.stderr)} ${text}\n`);
}

/** ECMA-48, SGR: what turns a look on, and what turns it off. */
const LOOKS = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** Text in a look, where the stream is a terminal and nobody asked for none (`NO_COLOR`, `TERM=dumb`). */
export function paint(look: keyof typeof LOOKS, text: string, stream: { readonly isTTY?: boolean }): string {
  if (!stream.isTTY || process.env.NO_COLOR || process.env.TERM === "dumb") return text;
  const [on, off] = LOOKS[look];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
