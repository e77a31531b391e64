import { CliError, EXIT } from "../output/exit-code.ts";
import { buildProgram } from "../program.ts";
import { createParsingRoot } from "../root-command.ts";
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
  let command = buildProgram(createParsingRoot());
  for (const name of group) command = command.commands.find((child) => child.name() === name) ?? command;
  const known = command.commands.map((child) => child.name());
  const hint = explainForeignWord(group, word, known);
  return hint === undefined ? error : new CliError(EXIT.invalid, `unknown command '${word}': ${hint}`, { cause: error });
}
