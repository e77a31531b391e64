import { createInterface } from "node:readline";
import { writeErr } from "./terminal.ts";

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

/** Who to ask; undefined where there is no terminal to ask on. Questions go to standard error. */
export function askerFor({ yes, signal }: AskOptions): Asker | undefined {
  if (yes) return async () => "yes";
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => await ask(`${question} [y/N] `, signal);
}

/** The same for several questions, which can be answered at once with `a` for all that follow, or `q` for none of them. */
export function askerForMany(options: AskOptions): Asker | undefined {
  if (options.yes || askerFor(options) === undefined) return askerFor(options);
  let rest: "yes" | "no" | undefined;
  return async (question) => {
    if (rest !== undefined) return rest;
    const answer = await ask(`${question} [y/N/a/q] `, options.signal);
    if (answer === "all") rest = "yes";
    if (answer === "quit") rest = "no";
    return rest ?? answer;
  };
}

async function ask(question: string, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes Ctrl-C away from the process
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const abort = () => {
    writeErr("\n");
    reject(signal.reason);
  };
  signal.addEventListener("abort", abort, { once: true });
  // the end of the input, as Ctrl-D makes it
  terminal.on("close", () => {
    writeErr("\n");
    resolve("quit");
  });
  terminal.question(question, (text) => resolve(ANSWERS[text.trim().toLowerCase()] ?? "no"));
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", abort);
    terminal.removeAllListeners("close");
    terminal.close();
  }
}
