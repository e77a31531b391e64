import type { Command } from "commander";

/** What to type, and what it does. */
export type Example = readonly [command: string, meaning: string];

const EXAMPLES = new WeakMap<Command, readonly Example[]>();

/** Adds examples to the end of a command's help and to the reference page. Lines have at most 78 columns. */
export function addExamples(command: Command, ...examples: readonly Example[]): Command {
  EXAMPLES.set(command, examples);
  const lines = examples.flatMap(([typed, meaning]) => [`  # ${meaning}`, `  ${typed}`]);
  return command.addHelpText("after", ["", "Examples:", ...lines].join("\n"));
}

/** The examples of a command, for the reference page. */
export function examplesOf(command: Command): readonly Example[] {
  return EXAMPLES.get(command) ?? [];
}
