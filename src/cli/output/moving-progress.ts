import { printErrLine, printStatus } from "./print.ts";
import { formatAmount } from "./short-text.ts";
import { isErrTerminal } from "./terminal.ts";

/** Milliseconds between two words about what goes on: on a terminal, where they take the place of each other, and elsewhere. */
const [DRAWN, WRITTEN] = [200, 10_000];

/** Says how far the copying of a registry is, on standard error. */
export interface MovingProgress {
  /** A part begins. */
  part(words: string, totals?: { readonly contents: number; readonly bytes: number }): void;
  content(progress: { readonly bytes: number }): void;
  rows(table: string, rows: number): void;
  stop(): void;
}

/** @param quiet says nothing */
export function movingProgress(quiet: boolean): MovingProgress {
  const terminal = isErrTerminal();
  let [said, text, contents, bytes, rows] = [0, "", 0, 0, 0];
  let all: { readonly contents: number; readonly bytes: number } | undefined;
  const say = (line: string): void => {
    if (quiet || performance.now() - said < (terminal ? DRAWN : WRITTEN)) return;
    said = performance.now();
    if (terminal) printStatus(line);
    else printErrLine(line);
  };
  return {
    part(words, totals) {
      [text, contents, bytes, rows, all, said] = [words, 0, 0, 0, totals, performance.now()];
      if (quiet) return;
      if (terminal) printStatus(words);
      else printErrLine(words);
    },
    content(progress) {
      [contents, bytes] = [contents + 1, bytes + progress.bytes];
      const of = (done: string, total: string | undefined) => (total === undefined ? done : `${done} of ${total}`);
      say(`${text}: ${of(`${contents}`, all && `${all.contents}`)}, ${of(formatAmount(bytes), all && formatAmount(all.bytes))}`);
    },
    rows(table, count) {
      rows += count;
      say(`${text}: ${rows} rows, at ${table}`);
    },
    stop() {
      if (!quiet && terminal) printStatus("");
    },
  };
}
