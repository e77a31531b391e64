import { expect, test } from "bun:test";
import type { Command } from "commander";
import { buildWholeProgram } from "../program.ts";
import { explainUnknown, FOREIGN_WORDS } from "./foreign-words.ts";

const PROGRAM = await buildWholeProgram();

/** The command that words name, with what follows it: options and arguments. */
function find(words: readonly string[]): { readonly command: Command; readonly rest: readonly string[] } {
  let command = PROGRAM;
  for (const [index, word] of words.entries()) {
    const child = command.commands.find((each) => each.name() === word);
    if (child === undefined) return { command, rest: words.slice(index) };
    command = child;
  }
  return { command, rest: [] };
}

test("no word of the table is a command here", () => {
  const own = PROGRAM.commands.map((command) => command.name());
  expect(Object.keys(FOREIGN_WORDS).filter((word) => own.includes(word))).toEqual([]);
});

test.each(Object.entries(FOREIGN_WORDS))("what is told for '%s' can be typed", (_, hint) => {
  const named = [...hint.matchAll(/'opm ([^']+)'/g)].map(([, words = ""]) => words.split(" "));
  expect(named.length).toBeGreaterThan(0);
  for (const words of named) {
    const { command, rest } = find(words);
    expect(command).not.toBe(PROGRAM);
    for (const option of rest.filter((word) => word.startsWith("-"))) expect(command.options.map(({ long }) => long)).toContain(option);
    if (command.commands.length > 0) expect(words[0]).toBe("help");
  }
});

function explain(...args: readonly string[]): string {
  return explainUnknown(new Error(`error: unknown command '${args[1]}'`), args).message;
}

test.each([
  [["user", "rm"], "unknown command 'rm': here it is 'opm user remove'"],
  [["token", "delete", "x"], "unknown command 'delete': here it is 'opm token revoke'"],
  [["namespace", "ls"], "unknown command 'ls': here it is 'opm namespace list'"],
  [["cache", "list"], "unknown command 'list': here it is 'opm cache ls'"],
  [["cache", "clear", "--yes"], "unknown command 'clear': here it is 'opm cache clean'"],
  [["mod", "install"], "unknown command 'install': here it is 'opm mod get'"],
  [["component", "push"], "unknown command 'push': here it is 'opm component transfer'"],
  [["config", "validate"], "unknown command 'validate': here it is 'opm config check'"],
  [["user", "frobnicate"], "error: unknown command 'frobnicate'"],
])("%j", (args, message) => {
  expect(explain(...args)).toBe(message);
});

test("a log-in is explained wherever it is looked for", () => {
  expect(explain("mod", "login")).toContain("opm token create --docker-config");
  expect(explain("user", "logout")).toContain("docker logout");
  expect(FOREIGN_WORDS.registry).toContain("docker login");
});

test("help and options before a word do not hide it", () => {
  expect(explainUnknown(new Error("error: unknown command 'rm'"), ["help", "user", "rm"]).message).toBe("unknown command 'rm': here it is 'opm user remove'");
  expect(explainUnknown(new Error("error: unknown command 'login'"), ["--verbose", "login"]).message).toContain("no log-in command");
});
