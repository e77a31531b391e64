import { escapeActive, oneLine, printable, printableText } from "./printable.ts";
import { fitLines, layOut, type TableOptions } from "./table.ts";
import { isErrTerminal, isOutTerminal, outColumns, writeErr, writeOut } from "./terminal.ts";

// All that opm prints goes through here: what others wrote (names, titles, messages) must not act on the terminal, nor make lines of its
// own. In text such characters stand as `\u{…}`, in JSON as `\uXXXX`, so that JSON means the same.

let truncates = true;

/** Prints tables and drawings in full from now on, however wide the terminal is (`--no-trunc`). */
export function printInFull(): void {
  truncates = false;
}

/** Prints lines of text to standard output. */
export function print(...lines: readonly string[]): void {
  writeOut(lines.map((line) => `${printable(line)}\n`).join(""));
}

/** Prints lines whose fields are separated by tabs, for programs. */
export function printTabbed(...lines: readonly string[]): void {
  writeOut(lines.map((line) => `${line.split("\t").map(printable).join("\t")}\n`).join(""));
}

/** Prints a value as JSON, indented, for programs and for people. */
export function printJson(value: unknown): void {
  writeOut(`${jsonOf(value)}\n`);
}

/** Prints a text of several lines as it is, or what may be done with it on a terminal. */
export function printText(text: string | Uint8Array): void {
  writeOut(isOutTerminal() ? printableText(textOf(text)) : text);
}

/** Prints JSON that is a text already. */
export function printJsonText(json: string | Uint8Array): void {
  writeOut(escapeActive(textOf(json)));
}

/** Gives a printer of content, byte for byte; on a terminal it is text. Call it with nothing after the last piece. */
export function contentPrinter(): (piece?: Uint8Array) => void {
  if (!isOutTerminal()) return (piece) => piece !== undefined && writeOut(piece);
  const decoder = new TextDecoder();
  return (piece) => writeOut(printableText(decoder.decode(piece, { stream: piece !== undefined })));
}

/**
 * Prints rows in columns under a header; the header alone says that there are none. On a terminal a table is no wider than it: long
 * cells are cut, with `…`, and columns left out, but for names. Elsewhere, and with `--no-trunc`, nothing is.
 */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[], options: Omit<TableOptions, "width"> = {}): void {
  const width = truncates ? outColumns() : undefined;
  const [title = "", ...lines] = layOut(header, rows, { ...options, ...(width !== undefined && { width }) });
  writeOut(`${paint("bold", printable(title), isOutTerminal())}\n`);
  print(...lines);
}

/** Prints lines of a drawing: on a terminal none is wider than it. */
export function printDrawing(lines: readonly string[]): void {
  print(...fitLines(lines.map(printable), truncates ? outColumns() : undefined));
}

/** Says something that is no result, on standard error. */
export function printNote(text: string): void {
  writeErr(`${printable(oneLine(text))}\n`);
}

/** Prints a line, such as one of a finding, on standard error. */
export function printErrLine(line: string): void {
  writeErr(`${printable(line)}\n`);
}

/** Prints a text of several lines, such as help, on standard error. */
export function printErrText(text: string): void {
  writeErr(printableText(text));
}

/** Prints a value as JSON on standard error. */
export function printErrJson(value: unknown): void {
  writeErr(`${jsonOf(value)}\n`);
}

/** Says on standard error what failed: `opm: …`, a line. */
export function printError(line: string): void {
  writeErr(`${paint("red", "opm:", isErrTerminal())} ${printable(line)}\n`);
}

/** Warns on standard error: `opm: warning: …`. */
export function printWarning(text: string): void {
  writeErr(`opm: ${paint("yellow", "warning:", isErrTerminal())} ${printable(oneLine(text))}\n`);
}

/** A question, or what is said while somebody types, without a line end. */
export function printPrompt(text: string): void {
  writeErr(promptText(text));
}

/** What may stand in a question; the space at its end stays, which parts it from the answer. */
export function promptText(text: string): string {
  return printable(`${oneLine(text)}${text.endsWith(" ") ? " " : ""}`);
}

/** Ends the line that somebody typed in. */
export function endPrompt(): void {
  writeErr("\n");
}

/** ECMA-48, EL: erases a line. */
const CLEAR = "\r\u001b[K";

/** A line on a terminal that the next one takes the place of; an empty one takes it away. */
export function printStatus(text: string): void {
  writeErr(`${CLEAR}${printable(text)}`);
}

/** ECMA-48, SGR: what turns a look on, and what turns it off. */
const LOOKS = { bold: [1, 22], red: [31, 39], yellow: [33, 39] } as const;

/** Text in a look on a terminal, unless nobody wants any (`NO_COLOR`, `TERM=dumb`). */
function paint(look: keyof typeof LOOKS, text: string, terminal: boolean): string {
  if (!terminal || process.env.NO_COLOR || process.env.TERM === "dumb") return text;
  const [on, off] = LOOKS[look];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

function jsonOf(value: unknown): string {
  return escapeActive(JSON.stringify(value, null, 2));
}

function textOf(text: string | Uint8Array): string {
  return typeof text === "string" ? text : new TextDecoder().decode(text);
}
