import { SETTINGS } from "../../config/settings.ts";
import { VARIABLES } from "../../config/variables.ts";
import { printText } from "../output/print.ts";

const INTRODUCTION = "The environment variables that opm reads. An empty one counts as not set.";
const SETTINGS_TITLE = "Settings of the registry (opm serve and the commands that look after it)";
const SETTINGS_NOTE =
  "'opm config show --origin' tells which count, docs/reference/configuration.md has their defaults. A list or a map is written as YAML or JSON.";

/** Prints `opm help environment`. */
export function printEnvironmentHelp(): void {
  printText(`${environmentHelp().join("\n")}\n`);
}

/** Its lines, of 80 columns at most. */
function environmentHelp(): string[] {
  const lines = wrapWords(INTRODUCTION);
  for (const about of new Set([...VARIABLES.values()].map((variable) => variable.about))) {
    lines.push("", `${about}:`);
    for (const [name, variable] of VARIABLES) if (variable.about === about) lines.push(`  ${name}`, ...wrapWords(variable.meaning, "      "));
  }
  lines.push("", `${SETTINGS_TITLE}:`, ...wrapWords(SETTINGS_NOTE, "  "), "");
  for (const { variable, name } of SETTINGS) {
    const both = `  ${variable.padEnd(36)} ${name}`;
    lines.push(...(both.length <= 80 ? [both] : [`  ${variable}`, `      ${name}`]));
  }
  return lines;
}

/** Columns of help. */
const WIDTH = 80;

/** A text in lines of 80 columns at most, each with the given space before it. */
function wrapWords(text: string, before = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && before.length + line.length + 1 + word.length > WIDTH) {
      lines.push(before + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, before + line];
}
