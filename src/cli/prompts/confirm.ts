import { createInterface } from "node:readline/promises";
import { CliError, EXIT } from "../output/exit-code.ts";
import { promptText } from "../output/print.ts";

export interface ConfirmOptions {
  /** The user has agreed already, with `--yes`. */
  readonly yes: boolean;
  readonly signal: AbortSignal;
}

/**
 * Asks on the terminal before something that cannot be undone.
 * @throws CliError `invalid` when there is no terminal to ask on; `general` when the answer is no
 */
export async function confirm(question: string, { yes, signal }: ConfirmOptions): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CliError(EXIT.invalid, `${question} There is no terminal to ask on: give --yes`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes Ctrl-C away from the process
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const answer = await terminal.question(`${promptText(question)} [y/N] `, { signal });
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new CliError(EXIT.general, "nothing was changed");
  } finally {
    terminal.close();
  }
}
