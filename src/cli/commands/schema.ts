import type { Command } from "commander";
import { COMMANDS } from "../commands.ts";
import { addExamples } from "../help/examples.ts";
import { jsonOutputs } from "../json-outputs.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson } from "../output/print.ts";

/** `opm schema`: what `--json` prints, for programs that read it. */
export function define(command: Command): void {
  // what a command prints with another option is listed with it
  command.argument("[command...]", "words of the command (default: list those that there are)").allowUnknownOption().action(run);
  addExamples(command, ["opm schema", "the commands that have one"], ["opm schema user list > user-list.schema.json", "for a validator, or to make types of"]);
}

async function run(words: readonly string[]): Promise<void> {
  const named = words.join(" ").trim().replace(/^opm /, "").replaceAll(/ +/g, " ");
  if (named === "") return print(...(await commandsWithOutput()));
  const around = await jsonOutputs(COMMANDS.filter(({ path }) => `${named} `.startsWith(`${path} `)));
  const output = around.find(({ command }) => command === named);
  if (output === undefined) throw await noSchema(named, await commandsWithOutput());
  const { jsonSchemaOf } = await import("../schemas/json-schema.ts");
  const { $schema, ...rest } = jsonSchemaOf(await output.schema());
  printJson({ $schema, title: `opm ${named} --json`, ...rest });
}

async function commandsWithOutput(): Promise<string[]> {
  return (await jsonOutputs()).map(({ command }) => command);
}

async function noSchema(named: string, known: readonly string[]): Promise<CliError> {
  const below = known.filter((command) => command.startsWith(`${named} `));
  if (below.length > 0) return new CliError(EXIT.invalid, `'opm ${named}' prints nothing itself: name one of ${below.join(", ")}`);
  const { nearestName } = await import("../../nearest-name.ts");
  const near = nearestName(named, known);
  const hint = near === undefined ? "'opm schema' lists those that do" : `did you mean '${near}'?`;
  return new CliError(EXIT.invalid, `no command '${named}' prints JSON that is described: ${hint}`);
}
