import { opmCommand } from "../../cli/run-opm.ts";
import type { Project } from "./use-library.ts";

/** Milliseconds for a command. */
const COMMAND_LIMIT = 30_000;

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
  const decoder = new TextDecoder();
  let shown = "";
  let answered = 0;
  const text = () => Bun.stripANSI(shown).replaceAll("\r", "");
  await using terminal = new Bun.Terminal({
    cols: 100,
    data(it, bytes) {
      shown += decoder.decode(bytes, { stream: true });
      const answer = answers[answered];
      if (answer === undefined || (text().match(QUESTION)?.length ?? 0) <= answered) return;
      answered++;
      it.write(/[\p{Cc}]/u.test(answer) ? answer : `${answer}\r`);
    },
  });
  const child = Bun.spawn([...opmCommand(), ...args], {
    cwd: project.root,
    env: { PATH: process.env.PATH ?? "", TERM: "xterm-256color", ...(helper !== undefined && { OPM_CUE_HELPER: helper }), ...project.environment },
    terminal,
    timeout: COMMAND_LIMIT,
    killSignal: "SIGKILL",
  });
  return { code: await child.exited, text: text() };
}
