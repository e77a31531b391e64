import { isAbsolute, join, relative, sep } from "node:path";
import type { Diagnostic, Position } from "../../modules/helper/protocol.ts";
import { printable } from "./printable.ts";

export interface DiagnosticPlace {
  /** The folder that relative files are in. Default: the working folder. */
  readonly root?: string | undefined;
  /** The folder that files are named from. Default: the working folder. */
  readonly cwd?: string;
  /** What stands above the lines: its messages are not said again; their places follow it. */
  readonly told?: string;
}

/** Findings as lines for people: each message once, with every place that it is about as `    file:line:column` below it. */
export function diagnosticLines(diagnostics: readonly Diagnostic[], place: DiagnosticPlace = {}): string[] {
  const { told = "" } = place;
  const groups = new Map<string, Set<string>>();
  const known = new Set<string>();
  for (const { message, path, positions } of diagnostics) {
    const title = path === undefined || path === "" || message.startsWith(`${path}:`) ? message : `${path}: ${message}`;
    const places = groups.get(title) ?? new Set();
    for (const position of positions) places.add(formatPosition(position, place));
    groups.set(title, places);
    if (message !== "" && told.includes(message.replaceAll(/\s*\n\s*/g, " "))) known.add(title);
  }
  const first = new Set([...groups].filter(([title]) => known.has(title)).flatMap(([, places]) => [...places]));
  const rest = [...groups].filter(([title]) => !known.has(title));
  return [
    ...[...first].map((text) => `    ${printable(text)}`),
    ...rest.flatMap(([title, places]) => [
      ...title.split("\n").map((line) => `  ${printable(line.trimEnd())}`),
      ...[...places].map((text) => `    ${printable(text)}`),
    ]),
  ];
}

/** `file:line:column`; the file is named from the working folder where it is below it or in the module, else by its whole path. */
export function formatPosition({ file, line, column }: Position, { root, cwd = process.cwd() }: DiagnosticPlace = {}): string {
  const numbers = line === 0 ? "" : `:${line}${column === 0 ? "" : `:${column}`}`;
  const path = isAbsolute(file) ? file : join(root ?? cwd, file);
  const near = relative(cwd, path);
  const isNear = !isAbsolute(near) && !near.startsWith(`..${sep}`);
  return `${isNear || !isAbsolute(file) ? near : path}${numbers}`;
}
