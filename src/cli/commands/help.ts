import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/** `opm help`: help for a command however deep it is, and on what belongs to no command alone. */
export function registerHelp(program: Command): void {
  program.helpCommand(false);
  const command = program
    .command("help")
    .description("print help for a command, or on environment (the variables)")
    .argument("[command...]", "words of the command, or a topic: environment")
    .action((words: readonly string[]) => help(program, words));
  addExamples(command, ["opm help user add", "as opm user add --help"], ["opm help environment", "every variable that opm reads, and what it is for"]);
}

async function help(program: Command, words: readonly string[]): Promise<void> {
  if (words.length === 1 && words[0] === "environment") return (await import("../help/environment.ts")).printEnvironmentHelp();
  let command = program;
  for (const [index, word] of words.entries()) {
    const child = command.commands.find((candidate) => candidate.name() === word);
    if (child === undefined) throw await unknown(command, words.slice(0, index + 1));
    command = child;
  }
  command.outputHelp();
}

/** What the command line itself says of a word that it does not know there. */
async function unknown(command: Command, words: readonly string[]): Promise<unknown> {
  if (command.commands.length === 0) {
    const [path, word] = [words.slice(0, -1).join(" "), words.at(-1)];
    return new CliError(EXIT.invalid, `'opm ${path}' has no command '${word}' below it: see 'opm help ${path}'`);
  }
  const [{ buildProgram }, { createParsingRoot }] = await Promise.all([import("../program.ts"), import("../root-command.ts")]);
  return await buildProgram(createParsingRoot())
    .parseAsync([...words], { from: "user" })
    .then(
      () => new CliError(EXIT.invalid, `there is no help for '${words.join(" ")}'`),
      (error: unknown) => error,
    );
}
