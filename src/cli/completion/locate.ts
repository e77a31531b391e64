import type { Command, Option } from "commander";

/** Where the cursor is, and what stands before it. */
export interface Location {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
  /** Arguments of the command so far. */
  readonly positionals: readonly string[];
  /** Options so far, by their long name without `--`; the last value of each. */
  readonly values: Readonly<Record<string, string>>;
}

/** Goes through the words before the one that is being completed. */
export function locate(program: Command, words: readonly string[]): Location {
  let location: Location = { command: program, option: undefined, positionals: [], values: {} };
  for (const word of words) location = step(location, word);
  return location;
}

function step(location: Location, word: string): Location {
  const { command, option, positionals, values } = location;
  if (option !== undefined) return { ...location, option: undefined, values: { ...values, [nameOf(option)]: word } };
  if (word.startsWith("-") && word !== "-") {
    const equals = word.indexOf("=");
    const named = optionOf(command, equals < 0 ? word : word.slice(0, equals));
    if (named === undefined) return location;
    if (equals >= 0) return { ...location, values: { ...values, [nameOf(named)]: word.slice(equals + 1) } };
    return named.required ? { ...location, option: named } : { ...location, values: { ...values, [nameOf(named)]: "" } };
  }
  const next = command.commands.find((candidate) => candidate.name() === word);
  return next === undefined ? { ...location, positionals: [...positionals, word] } : { command: next, option: undefined, positionals: [], values };
}

/** The option of a command that is called so. */
export function optionOf(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short }) => word === long || word === short);
}

function nameOf({ long, short }: Option): string {
  return (long ?? short ?? "").replace(/^-+/, "");
}

/** The names of a command and of those above it, without the program's. */
export function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}
