import { CommanderError } from "commander";
import { addTyped } from "../program.ts";
import { createParsingRoot } from "../root-command.ts";

/**
 * Makes of the error for an option that is missing the one for an option that there is not: `--typ` is more often `--type` than one too many.
 * @param args all that was typed after the program's name
 * @returns the error as it is where every option that was typed is known
 */
export async function explainMissing(error: Error, args: readonly string[]): Promise<Error> {
  const program = createParsingRoot();
  const command = await addTyped(program, args);
  for (const option of command.options) option.mandatory = false;
  command.action(() => {});
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (other) {
    if (other instanceof CommanderError && other.code === "commander.unknownOption") return other;
  }
  return error;
}
