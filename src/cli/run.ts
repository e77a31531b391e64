import type { Command } from "commander";
import { DIRECT_COMMANDS } from "./direct-commands.ts";
import { reportError } from "./output/report-error.ts";

/** Runs the command line (without the program's name) and returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const program = await programFor(args);
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
  return (await import("./help/explain-unknown.ts")).explainUnknown(error, args);
}

async function programFor([name = "", ...args]: readonly string[]): Promise<Command> {
  if (name === "--version" || name === "-V") return (await import("./root-command.ts")).createRootCommand();
  const direct = Object.hasOwn(DIRECT_COMMANDS, name) ? DIRECT_COMMANDS[name] : undefined;
  if (direct === undefined) return (await import("./program.ts")).buildProgram();
  const [{ createRootCommand }, register] = await Promise.all([import("./root-command.ts"), direct(args)]);
  const program = createRootCommand();
  register(program);
  return program;
}
