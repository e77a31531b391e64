import type { z } from "zod";
import { jsonOutputs } from "../json-outputs.ts";

/**
 * The schema of what a command prints with `--json`.
 * @param args what is typed, e.g. `["versions", "localhost:5000/app", "--all-tags"]`
 * @throws Error when there is none
 */
export async function outputSchemaOf(args: readonly string[]): Promise<z.ZodType> {
  const named = (await jsonOutputs()).filter(({ command }) => isTyped(command, args));
  const output = named.sort((a, b) => b.command.length - a.command.length)[0];
  if (output === undefined) throw new Error(`no schema for ${args.join(" ")}`);
  return await output.schema();
}

function isTyped(command: string, args: readonly string[]): boolean {
  return command.split(" ").every((word, index) => (word.startsWith("--") ? args.includes(word) : args[index] === word));
}
