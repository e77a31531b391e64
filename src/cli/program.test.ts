import { expect, test } from "bun:test";
import type { Command } from "commander";
import { DIRECT_COMMANDS } from "./direct-commands.ts";
import { DIRECT_MOD_COMMANDS, loadModCommand } from "./direct-mod-commands.ts";
import { examplesOf } from "./help/examples.ts";
import { buildProgram } from "./program.ts";
import { createRootCommand } from "./root-command.ts";
import { JSON_OUTPUTS } from "./schemas/outputs.ts";

/** Commands with all below them, by what is typed. */
function* commandsOf(command: Command, words = ""): Generator<[string, Command]> {
  yield [words, command];
  for (const child of command.commands) yield* commandsOf(child, `${words} ${child.name()}`.trim());
}

const COMMANDS = [...commandsOf(buildProgram())];

test.each(COMMANDS)("the help of '%s' has at most 80 columns", (_, command) => {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => parts.push(part), getOutHelpWidth: () => 80 });
  command.outputHelp();
  for (const line of parts.join("").split("\n")) expect(line.length <= 80 ? "" : line).toBe("");
});

test.each(COMMANDS)("the help of '%s' has --verbose", (_, command) => {
  expect(command.helpInformation()).toMatch(/^ +-v, --verbose +tell each request/m);
});

test.each(COMMANDS.filter(([, command]) => examplesOf(command).length > 0))("the examples of '%s' can be typed", (_, command) => {
  const names = new Set(COMMANDS.map(([words]) => words));
  for (const [typed] of examplesOf(command)) {
    const [program, ...words] = typed.replace(/^(?:[A-Z_]+=\S+ )+/, "").split(" ");
    expect(program).toBe("opm");
    expect([words.slice(0, 2).join(" "), words[0] ?? ""].some((name) => names.has(name))).toBe(true);
  }
});

test("what --json prints is described for every command that has it", () => {
  const printing = COMMANDS.filter(([, command]) => command.options.some(({ long }) => long === "--json")).map(([words]) => words);
  const described = new Set(JSON_OUTPUTS.map(({ command }) => command));
  expect(printing.filter((words) => !described.has(words))).toEqual([]);
});

test.each(Object.entries(DIRECT_COMMANDS))("'%s' alone is what it is in the whole program", async (name, load) => {
  const root = createRootCommand();
  (await load([]))(root);
  const [alone, whole] = [root, buildProgram()].map((program) => program.commands.find((command) => command.name() === name)?.helpInformation());
  expect(alone).toStartWith(`Usage: opm ${name}`);
  expect(alone).toBe(whole);
});

test("every command of opm mod can be built alone, and is then what it is beside the others", async () => {
  const whole = COMMANDS.find(([words]) => words === "mod")?.[1].commands ?? [];
  expect(Object.keys(DIRECT_MOD_COMMANDS).sort()).toEqual(whole.map((command) => command.name()).sort());
  for (const command of whole) {
    const root = createRootCommand();
    (await loadModCommand(command.name()))(root);
    const alone = root.commands.flatMap(({ commands }) => commands);
    expect(alone.map((each) => each.helpInformation())).toEqual([command.helpInformation()]);
  }
});
