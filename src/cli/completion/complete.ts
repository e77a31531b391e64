import type { Argument, Command, Option } from "commander";
import type { Environment } from "../../client/environment.ts";
import { addTyped } from "../program.ts";
import { createParsingRoot } from "../root-command.ts";
import { kindOf } from "./kind.ts";
import { type Location, locate, optionOf } from "./locate.ts";
import type { Candidate } from "./lookup.ts";

/** Commands whose arguments are the names of commands. */
const ABOUT_COMMANDS: ReadonlySet<string> = new Set(["help", "schema"]);

/**
 * What fits at the cursor. `words` are those after the program's name up to the cursor, the last one being completed.
 * @returns lines `value<TAB>description`, or the one line `:files` or `:folders`
 */
export async function complete(words: readonly string[], env: Environment = process.env): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const [first = ""] = words;
  const isAboutCommands = words.length > 1 && ABOUT_COMMANDS.has(first);
  const before = words.slice(isAboutCommands ? 1 : 0, -1);
  const program = createParsingRoot();
  await addTyped(
    program,
    before.filter((word) => !word.startsWith("-")),
  );
  const location = locate(program, before);
  if (isAboutCommands) return lines(commandCandidates(location.command), current);
  const { command, option, positionals } = location;
  if (option !== undefined) return await valuesOf(location, option, { current, env });
  const equals = current.startsWith("--") ? current.indexOf("=") : -1;
  const named = equals < 0 ? undefined : optionOf(command, current.slice(0, equals));
  if (named !== undefined) {
    const found = await valuesOf(location, named, { current: current.slice(equals + 1), env });
    return found.map((line) => (line.startsWith(":") ? line : `${current.slice(0, equals + 1)}${line}`));
  }
  if (current.startsWith("-")) return lines(optionCandidates(program, command), current);
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[positionals.length] ?? (last?.variadic === true ? last : undefined);
  if (/^files?$/.test(argument?.name() ?? "")) return [":files"];
  const known = lines([...commandCandidates(command), ...choices(argument)], current);
  if (argument === undefined || argument.argChoices !== undefined) return known;
  return [...known, ...(await lookUp(location, argument.name(), { current, env }))];
}

interface Word {
  readonly current: string;
  readonly env: Environment;
}

async function valuesOf(location: Location, option: Option, word: Word): Promise<string[]> {
  if (option.flags.endsWith("<file>")) return [":files"];
  if (option.flags.endsWith("<folder>")) return [":folders"];
  if (option.argChoices !== undefined) return lines(choices(option), word.current);
  const [, placeholder] = /[<[]([^>\]]+)[>\]]$/.exec(option.flags) ?? [];
  return placeholder === undefined ? [] : await lookUp(location, placeholder, { ...word, option });
}

/** Names that somebody else knows: a registry, a data folder, the cache of modules. */
async function lookUp(location: Location, name: string, { current, env, option }: Word & { readonly option?: Option }): Promise<string[]> {
  const kind = kindOf(location, name, option?.long);
  if (kind === undefined) return [];
  if (/^[./~]/.test(current) && ["reference", "component"].includes(kind)) return [":files"];
  const { lookUpWords } = await import("./look-up.ts");
  return lines(await lookUpWords(kind, { location, current, env }), current);
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
