import { createInterface } from "node:readline";
import { endPrompt, promptText } from "../output/print.ts";

/** What was answered; no answer at all is a no to this and all that follow. */
export type Answer = "yes" | "no" | "all" | "quit";

/** Asks a question that takes a yes or a no. */
export type Asker = (question: string) => Promise<Answer>;

export interface AskOptions {
  /** The user has agreed already, with `--yes`. */
  readonly yes: boolean;
  readonly signal: AbortSignal;
}

const ANSWERS: Readonly<Record<string, Answer>> = { y: "yes", yes: "yes", a: "all", all: "all", q: "quit", quit: "quit" };

/** Who to ask a single question; undefined where there is no terminal to ask on. Questions go to standard error. */
export function askerFor(options: AskOptions): Asker | undefined {
  if (options.yes) return async () => "yes";
  if (!isTerminal()) return undefined;
  return async (question) => {
    const terminal = openTerminal(options.signal);
    try {
      return await terminal.ask(`${question} [y/N] `);
    } finally {
      terminal.close();
    }
  };
}

/** Asks several questions. Close it after the last one. */
export interface Interview {
  readonly ask: Asker;
  close(): void;
}

/** The same for several questions: `a` answers all that follow, `q` none of them. Answers may be typed ahead. */
export function interviewFor({ yes, signal }: AskOptions): Interview | undefined {
  if (yes) return { ask: async () => "yes", close: () => {} };
  if (!isTerminal()) return undefined;
  const terminal = openTerminal(signal);
  let rest: "yes" | "no" | undefined;
  return {
    async ask(question) {
      if (rest !== undefined) return rest;
      const answer = await terminal.ask(`${question} [y/N/a/q] `);
      if (answer === "all") rest = "yes";
      if (answer === "quit") rest = "no";
      return rest ?? answer;
    },
    close: () => terminal.close(),
  };
}

function isTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

function openTerminal(signal: AbortSignal): Interview {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed: string[] = [];
  let waiting: ((text: string | undefined) => void) | undefined;
  let isOver = false;
  terminal.on("line", (text) => {
    if (waiting === undefined) return void typed.push(text);
    waiting(text);
    // the next line may be there before anybody is told of this one
    waiting = undefined;
  });
  // the end of the input, as Ctrl-D makes it
  terminal.on("close", () => {
    isOver = true;
    waiting?.(undefined);
  });
  // readline takes Ctrl-C away from the process
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  return {
    async ask(question) {
      signal.throwIfAborted();
      if (isOver) return "quit";
      terminal.setPrompt(promptText(question));
      terminal.prompt();
      const text = typed.shift() ?? (await nextLine());
      if (text === undefined) endPrompt();
      return text === undefined ? "quit" : (ANSWERS[text.trim().toLowerCase()] ?? "no");
    },
    close: () => terminal.close(),
  };

  async function nextLine(): Promise<string | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
    waiting = resolve;
    const abort = () => {
      endPrompt();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await promise;
    } finally {
      waiting = undefined;
      signal.removeEventListener("abort", abort);
    }
  }
}
