import { createInterface } from "node:readline/promises";
import { CliError, EXIT } from "../output/exit-code.ts";
import { printNote, promptText } from "../output/print.ts";

/** Wrong answers after which it is given up. */
const TRIES = 3;

export interface Question<T extends string> {
  readonly text: string;
  /** Undefined: any text that `problem` finds nothing wrong with. */
  readonly choices?: readonly T[];
  /** What no answer, only Enter, stands for. */
  readonly usual: T;
  /** Why a text is no answer; undefined where it is one. */
  readonly problem?: (text: string) => string | undefined;
}

/** Asks questions with several answers on the terminal. Close it after the last one. */
export interface Form {
  /** @throws CliError `general` when there is no more input, or three answers are none */
  ask<T extends string>(question: Question<T>): Promise<T>;
  close(): void;
}

/** True where there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Questions go to standard error; Enter takes what is usual, and the start of a choice is enough. */
export function openForm(signal: AbortSignal): Form {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const over = new AbortController();
  terminal.on("close", () => over.abort());
  // readline takes Ctrl-C away from the process
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  return {
    async ask<T extends string>({ text, choices, usual, problem = () => undefined }: Question<T>): Promise<T> {
      const shown = choices === undefined ? (usual === "" ? "" : ` (${usual})`) : ` [${choices.join("/")}] (${usual})`;
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const answer = await terminal
          .question(`${promptText(`${text}${shown}`)} `, { signal: AbortSignal.any([signal, over.signal]) })
          .catch((error: unknown) => {
            signal.throwIfAborted();
            if (over.signal.aborted) throw new CliError(EXIT.general, "nothing was written: there was no answer");
            throw error;
          });
        const given = answer.trim();
        const meant = given === "" ? usual : choices === undefined ? (given as T) : choices.find((choice) => choice.startsWith(given.toLowerCase()));
        const wrong = meant === undefined ? `expected ${choices?.join(", ")}` : problem(meant);
        if (meant !== undefined && wrong === undefined) return meant;
        printNote(`that is no answer: ${wrong}`);
      }
      throw new CliError(EXIT.general, `nothing was written: '${text}' was not answered`);
    },
    close: () => terminal.close(),
  };
}
