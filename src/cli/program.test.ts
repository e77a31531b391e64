import { expect, test } from "bun:test";
import type { Command } from "commander";
import { pathOf } from "./completion/locate.ts";
import { examplesOf } from "./help/examples.ts";
import { jsonOutputs } from "./json-outputs.ts";
import { addTyped, buildWholeProgram } from "./program.ts";
import { createRootCommand } from "./root-command.ts";

/** Commands with all below them, by what is typed. */
function* commandsOf(command: Command, words = ""): Generator<[string, Command]> {
  yield [words, command];
  for (const child of command.commands) yield* commandsOf(child, `${words} ${child.name()}`.trim());
}

const COMMANDS = [...commandsOf(await buildWholeProgram())];

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

test("what --json prints is described for every command that has it", async () => {
  const printing = COMMANDS.filter(([, command]) => command.options.some(({ long }) => long === "--json")).map(([words]) => words);
  const described = new Set((await jsonOutputs()).map(({ command }) => command));
  expect(printing.filter((words) => !described.has(words))).toEqual([]);
});

test.each(COMMANDS)("'%s' alone is what it is in the whole program", async (words, command) => {
  const alone = await addTyped(createRootCommand(), words.split(" "));
  expect(alone.helpInformation()).toBe(command.helpInformation());
});

test.each([
  [["--help", "mod", "get"], ""],
  [["mod get"], ""],
  [["mod", "-h", "get"], "mod"],
  [["mod", "bundle", "--nonsense", "save"], "mod bundle"],
])("the help that %j asks for is the whole of '%s'", async (words, named) => {
  const whole = COMMANDS.find(([path]) => path === named)?.[1];
  expect((await addTyped(createRootCommand(), words)).helpInformation()).toBe(whole?.helpInformation() ?? "");
});

test.each([
  [["-v", "mod", "--no-trunc", "get", "x", "list"], "mod get"],
  [["mod", "help", "get"], "mod get"],
  [["mod", "bundle", "save", "--help"], "mod bundle save"],
  [["help", "mod", "get"], "help"],
  [["mod", "nonsense", "get"], "mod"],
  [["nonsense", "list"], ""],
  [["--", "version"], "version"],
  [["--help", "mod", "get"], ""],
  [["mod", "-h", "get"], "mod"],
])("%j names '%s'", async (words, named) => {
  expect(pathOf(await addTyped(createRootCommand(), words)).join(" ")).toBe(named);
});
