import type { Command } from "commander";
import { COMMANDS, type CommandRow } from "./commands.ts";
import { createRootCommand } from "./root-command.ts";

/** Below the commands. */
const MORE = `
More:
  opm help user add      help for a command, however deep it is
  opm help environment   the variables that opm reads
  opm schema user list   the JSON that a command prints with --json
  docs/guide             the guide by task, in the source of opm; docs/reference
                         has every command, setting and variable`;

/**
 * Adds to a program what words need of the command line: the command that they name, with all that it takes; of a group, of the program and
 * for words that name nothing, the commands that there are, by name and description.
 * @param words what follows the program's name
 * @returns the command that they name, the program where that is none
 */
export async function addTyped(program: Command, words: readonly string[]): Promise<Command> {
  let [command, path] = [withHelp(program), ""];
  for (const word of words) {
    // none of these has a value; any other, and a call for help, ends the names
    if (isOption(program, word)) continue;
    const row = rowNamed(word, path);
    if (row !== undefined) [command, path] = [await addRow(command, row), row.path];
    // `opm mod help get`
    else if (word !== "help") break;
  }
  for (const row of commandsBelow(path)) if (!command.commands.some((each) => each.name() === nameOf(row))) addNamed(command, row);
  return command;
}

function isOption(program: Command, word: string): boolean {
  return word === "--" || program.options.some(({ short, long }) => word === short || word === long);
}

/** The whole command line, with all that every command takes. */
export async function buildWholeProgram(): Promise<Command> {
  const program = withHelp(createRootCommand());
  await addBelow(program, "");
  return program;
}

async function addBelow(parent: Command, path: string): Promise<void> {
  for (const row of commandsBelow(path)) await addBelow(await addRow(parent, row), row.path);
}

// Loops, and no functions that they call for each row: some hundred calls are what the JIT compiler takes for hot code, and it takes a millisecond.

/** The rows of a group's commands; of the program's own for no path. */
export function commandsBelow(path: string): CommandRow[] {
  const start = path === "" ? "" : `${path} `;
  const rows: CommandRow[] = [];
  for (const row of COMMANDS) if (row.path.startsWith(start) && !row.path.includes(" ", start.length)) rows.push(row);
  return rows;
}

function rowNamed(word: string, path: string): CommandRow | undefined {
  const wanted = path === "" ? word : `${path} ${word}`;
  for (const row of COMMANDS) if (row.path === wanted && !word.includes(" ")) return row;
  return undefined;
}

/** The last word of its path. */
export function nameOf({ path }: CommandRow): string {
  return path.slice(path.lastIndexOf(" ") + 1);
}

async function addRow(parent: Command, row: CommandRow): Promise<Command> {
  const command = addNamed(parent, row);
  (await row.load?.())?.define(command);
  return command;
}

function addNamed(parent: Command, row: CommandRow): Command {
  const command = parent.command(nameOf(row), { hidden: row.hidden === true }).description(row.description);
  if (row.load === undefined) command.helpCommand("help [command]", "print help for a command");
  return row.group === undefined ? command : command.helpGroup(row.group);
}

function withHelp(program: Command): Command {
  return program.helpCommand(false).addHelpText("after", MORE);
}
