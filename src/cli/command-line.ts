import type { Command } from "commander";
import { addTyped } from "./program.ts";
import { createRootCommand } from "./root-command.ts";

/** Runs the command that words name. @throws whatever it throws, and CommanderError for words that name none */
export async function runCommand(args: readonly string[]): Promise<void> {
  const program = createRootCommand();
  await addTyped(program, args);
  await program.parseAsync(withoutHelpOfNothing(program, args), { from: "user" });
}

/** `opm login --help`: what there is to say of a word that is no command is not the help of the whole program. */
function withoutHelpOfNothing(program: Command, args: readonly string[]): string[] {
  const word = args.find((each) => !each.startsWith("-"));
  if (word === undefined || program.commands.some((command) => command.name() === word)) return [...args];
  return args.filter((each) => each !== "--help" && each !== "-h");
}
