import { addTyped } from "../program.ts";
import { HELP_WIDTH } from "../quick-answer.ts";
import { createRootCommand } from "../root-command.ts";

/** What `opm --help` prints where there is room for it. */
export async function programHelp(): Promise<string> {
  const parts: string[] = [];
  const program = await addTyped(createRootCommand(), []);
  program.configureOutput({ writeOut: (part) => void parts.push(part), getOutHelpWidth: () => HELP_WIDTH }).outputHelp();
  return parts.join("");
}
