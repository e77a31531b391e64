import { opmCommand } from "../../cli/run-opm.ts";
import { runOnTerminal } from "../../support/terminal.ts";
import type { Project } from "./use-library.ts";

export interface Shown {
  readonly code: number;
  /** What the terminal showed, without what moves its cursor. */
  readonly text: string;
}

/** The end of a question. */
const QUESTION = /\[y\/N(?:\/a\/q)?\] /g;

/** Runs a command of `opm` on a terminal, and types an answer to each question: Enter follows unless it is a control character. */
export async function onTerminal(project: Project, args: readonly string[], answers: readonly string[]): Promise<Shown> {
  const helper = process.env.OPM_CUE_HELPER;
  const textOf = (shown: string) => Bun.stripANSI(shown).replaceAll("\r", "");
  let answered = 0;
  const { code, shown } = await runOnTerminal([...opmCommand(), ...args], {
    directory: project.root,
    environment: { PATH: process.env.PATH ?? "", TERM: "xterm-256color", ...(helper !== undefined && { OPM_CUE_HELPER: helper }), ...project.environment },
    width: 100,
    type(soFar) {
      const answer = answers[answered];
      if (answer === undefined || (textOf(soFar).match(QUESTION)?.length ?? 0) <= answered) return undefined;
      answered++;
      return /[\p{Cc}]/u.test(answer) ? answer : `${answer}\r`;
    },
  });
  return { code, text: textOf(shown) };
}
