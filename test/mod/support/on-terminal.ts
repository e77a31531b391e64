import { opmCommand } from "../../cli/run-opm.ts";
import type { Project } from "./use-library.ts";

/** Milliseconds for a command. */
const COMMAND_LIMIT = 30_000;

export interface Shown {
  readonly code: number;
  /** What the terminal showed, without what moves its cursor. */
  readonly text: string;
}

/**
 * Runs a command of `opm` on a terminal, and types an answer each time it asks: Enter follows unless it is a control character.
 * @param asks what the end of a question looks like
 */
export async function onTerminal(project: Project, args: readonly string[], answers: readonly string[], asks = /\] $/): Promise<Shown> {
  const helper = process.env.OPM_CUE_HELPER;
  let text = "";
  let answered = 0;
  await using terminal = new Bun.Terminal({
    cols: 100,
    data(it, bytes) {
      text += Bun.stripANSI(new TextDecoder().decode(bytes)).replaceAll("\r", "");
      const answer = answers[answered];
      if (answer === undefined || !asks.test(text)) return;
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
  return { code: await child.exited, text };
}
