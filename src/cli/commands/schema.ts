import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson } from "../output/print.ts";

/** `opm schema`: what `--json` prints, for programs that read it. */
export function registerSchema(program: Command): void {
  const command = program
    .command("schema")
    .description("print the JSON Schema of what a command prints with --json")
    .argument("[command...]", "words of the command (default: list those that there are)")
    .action(schema);
  addExamples(command, ["opm schema", "the commands that have one"], ["opm schema user list > user-list.schema.json", "for a validator, or to make types of"]);
}

async function schema(words: readonly string[]): Promise<void> {
  const { JSON_OUTPUTS } = await import("../schemas/outputs.ts");
  const named = words.join(" ").trim().replace(/^opm /, "").replaceAll(/ +/g, " ");
  if (named === "") return print(...JSON_OUTPUTS.map(({ command }) => command));
  const output = JSON_OUTPUTS.find(({ command }) => command === named);
  if (output === undefined) throw await noSchema(named, JSON_OUTPUTS);
  const { jsonSchemaOf } = await import("../schemas/json-schema.ts");
  const { $schema, ...rest } = jsonSchemaOf(output.schema);
  printJson({ $schema, title: `opm ${output.command} --json`, ...rest });
}

async function noSchema(named: string, outputs: readonly { readonly command: string }[]): Promise<CliError> {
  const known = outputs.map(({ command }) => command);
  const below = known.filter((command) => command.startsWith(`${named} `));
  if (below.length > 0) return new CliError(EXIT.invalid, `'opm ${named}' prints nothing itself: name one of ${below.join(", ")}`);
  const { nearestName } = await import("../../yaml/nearest-name.ts");
  const near = nearestName(named, known);
  const hint = near === undefined ? "'opm schema' lists those that do" : `did you mean '${near}'?`;
  return new CliError(EXIT.invalid, `no command '${named}' prints JSON that is described: ${hint}`);
}
