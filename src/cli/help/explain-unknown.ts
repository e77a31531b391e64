import { CliError, EXIT } from "../output/exit-code.ts";
import { commandsBelow, nameOf } from "../program.ts";
import { explainForeignWord } from "./foreign-words.ts";

/**
 * Makes of the error for an unknown command one that says what the word of another tool is here.
 * @param args all that was typed after the program's name
 * @returns the error as it is where nothing is known of the word
 */
export function explainUnknown(error: Error, args: readonly string[]): Error {
  const word = /unknown command '(.+?)'/.exec(error.message)?.[1];
  if (word === undefined) return error;
  const before = args.slice(0, args.indexOf(word)).filter((each) => !each.startsWith("-"));
  const group = before[0] === "help" ? before.slice(1) : before;
  const path = group.reduce((above, name) => commandsBelow(above).find((row) => nameOf(row) === name)?.path ?? above, "");
  const known = commandsBelow(path).map(nameOf);
  const hint = explainForeignWord(group, word, known);
  return hint === undefined ? error : new CliError(EXIT.invalid, `unknown command '${word}': ${hint}`, { cause: error });
}
