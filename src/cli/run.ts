import type { Command } from "commander";
import { reportError } from "./output/report-error.ts";
import { addTyped } from "./program.ts";
import { createRootCommand } from "./root-command.ts";

/** Runs the command line (without the program's name) and returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const program = createRootCommand();
    if (args[0] !== "--version" && args[0] !== "-V") await addTyped(program, args);
    await program.parseAsync(withoutHelpOfNothing(program, args), { from: "user" });
    return 0;
  } catch (error) {
    return reportError(await explained(error, args));
  }
}

/** `opm login --help`: what there is to say of a word that is no command is not the help of the whole program. */
function withoutHelpOfNothing(program: Command, args: readonly string[]): string[] {
  const word = args.find((each) => !each.startsWith("-"));
  if (word === undefined || program.commands.some((command) => command.name() === word)) return [...args];
  return args.filter((each) => each !== "--help" && each !== "-h");
}

async function explained(error: unknown, args: readonly string[]): Promise<unknown> {
  if (!(error instanceof Error && "code" in error && error.code === "commander.unknownCommand")) return error;
  return (await import("./help/foreign-words.ts")).explainUnknown(error, args);
}
