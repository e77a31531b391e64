import type { Command } from "commander";
import { pathOf } from "../completion/locate.ts";
import { addExamples } from "../help/examples.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { addTyped } from "../program.ts";
import { createParsingRoot } from "../root-command.ts";

/** `opm help`: help for a command however deep it is, and on what belongs to no command alone. */
export function define(command: Command): void {
  command.argument("[command...]", "words of the command, or a topic: environment").action(run);
  addExamples(command, ["opm help user add", "as opm user add --help"], ["opm help environment", "every variable that opm reads, and what it is for"]);
}

async function run(words: readonly string[]): Promise<void> {
  if (words.length === 1 && words[0] === "environment") return (await import("../help/environment.ts")).printEnvironmentHelp();
  const program = createParsingRoot();
  // that of a group is none of its commands
  const help = words.indexOf("help", 1);
  const command = await addTyped(program, help < 0 ? words : words.slice(0, help));
  const path = pathOf(command);
  if (path.length === words.length) return command.outputHelp();
  throw command.commands.length === 0 ? nothingBelow(path.join(" "), words[path.length]) : await refusal(program, words.slice(0, path.length + 1));
}

function nothingBelow(path: string, word: string | undefined): CliError {
  return new CliError(EXIT.invalid, `'opm ${path}' has no command '${word}' below it: see 'opm help ${path}'`);
}

/** What the command line itself says of a word that it does not know. */
async function refusal(program: Command, words: readonly string[]): Promise<unknown> {
  return await program.parseAsync([...words], { from: "user" }).then(
    () => new CliError(EXIT.invalid, `there is no help for '${words.join(" ")}'`),
    (error: unknown) => error,
  );
}
