import type { Argument, Command, Option } from "commander";

/** A value to offer, with what it means. */
interface Candidate {
  readonly value: string;
  readonly description: string;
}

/**
 * What fits at the cursor. `words` are those after the program's name up to the cursor, the last one being completed.
 * @returns lines `value<TAB>description`, or the one line `:files` or `:folders`
 */
export function complete(program: Command, words: readonly string[]): string[] {
  const current = words.at(-1) ?? "";
  const { command, option, position } = locate(program, words.slice(0, -1));
  if (option !== undefined) return valuesOf(option, current);
  if (current.startsWith("-")) return lines(optionCandidates(program, command), current);
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[position] ?? (last?.variadic === true ? last : undefined);
  if (/^files?$/.test(argument?.name() ?? "")) return [":files"];
  return lines([...commandCandidates(command), ...choices(argument)], current);
}

interface Location {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
  /** Arguments of the command so far. */
  readonly position: number;
}

function locate(program: Command, words: readonly string[]): Location {
  let location: Location = { command: program, option: undefined, position: 0 };
  for (const word of words) location = step(location, word);
  return location;
}

function step({ command, option, position }: Location, word: string): Location {
  if (option !== undefined) return { command, option: undefined, position };
  if (word.startsWith("-")) {
    const named = command.options.find(({ long, short }) => word === long || word === short);
    return { command, option: named?.required === true ? named : undefined, position };
  }
  const next = command.commands.find((candidate) => candidate.name() === word);
  return next === undefined ? { command, option: undefined, position: position + 1 } : { command: next, option: undefined, position: 0 };
}

function valuesOf(option: Option, current: string): string[] {
  if (option.flags.endsWith("<file>")) return [":files"];
  if (option.flags.endsWith("<folder>")) return [":folders"];
  return lines(choices(option), current);
}

function choices(from: Option | Argument | undefined): Candidate[] {
  return (from?.argChoices ?? []).map((value) => ({ value, description: "" }));
}

function optionCandidates(program: Command, command: Command): Candidate[] {
  const help = program.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map(({ long, short, description }) => ({
    value: long ?? short ?? "",
    description,
  }));
}

function commandCandidates(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ value: child.name(), description: child.description() }));
}

function lines(candidates: readonly Candidate[], current: string): string[] {
  return candidates.filter(({ value }) => value.startsWith(current)).map(({ value, description }) => `${value}\t${description}`);
}
