import { pathOf } from "../completion/locate.ts";
import { addTyped } from "../program.ts";
import { createParsingRoot } from "../root-command.ts";

/**
 * Parses words (without the program's name) by the real command tree, and runs nothing.
 * @returns the command that would run, as typed
 * @throws CommanderError for what the command line would refuse
 */
export async function parseOnly(words: readonly string[]): Promise<string> {
  const program = createParsingRoot();
  const typed = await addTyped(program, words);
  let named = "";
  if (typed.commands.length === 0) {
    typed.action(() => {
      named = pathOf(typed).join(" ");
    });
  }
  await program.parseAsync([...words], { from: "user" });
  return named;
}
