import type { Command } from "commander";
import { buildProgram } from "../program.ts";
import { createParsingRoot } from "../root-command.ts";

/**
 * Parses words (without the program's name) by the real command tree, and runs nothing.
 * @returns the command that would run, as typed
 * @throws CommanderError for what the command line would refuse
 */
export function parseOnly(words: readonly string[]): string {
  const program = buildProgram(createParsingRoot());
  let named = "";
  const disarm = (command: Command, path: string): void => {
    if (command.commands.length === 0) {
      command.action(() => {
        named = path;
      });
    }
    for (const child of command.commands) disarm(child, `${path} ${child.name()}`.trim());
  };
  disarm(program, "");
  program.parse([...words], { from: "user" });
  return named;
}
