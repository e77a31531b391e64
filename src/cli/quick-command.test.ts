import { expect, test } from "bun:test";
import { Command } from "commander";
import { QuickCommand } from "./quick-command.ts";

/** The outcome of words, or the code of what is wrong with them. */
function parse(command: Command, words: readonly string[]): unknown {
  command.exitOverride().configureOutput({ outputError: () => {} });
  const child = command
    .option("-v, --verbose", "")
    .command("go")
    .option("-a, --all-of-them", "")
    .option("-o, --output <file>", "", "none")
    .option("--no-cache", "")
    .option("--only-long <number>", "", Number)
    .action(() => {});
  try {
    command.parse(words, { from: "user" });
    return child.optsWithGlobals();
  } catch (error) {
    return error instanceof Error && "code" in error ? `${error.code}: ${error.message}` : error;
  }
}

test.each([
  ["go"],
  ["go -a -o x --no-cache --only-long 5 -v"],
  ["-v go --all-of-them --output=x"],
  ["go -aox"],
  ["go --cache"],
  ["go -b"],
  ["go --output"],
  ["go --only-lon 5"],
])("%s means what it does to commander", (line) => {
  expect(parse(new QuickCommand(), line.split(" "))).toEqual(parse(new Command(), line.split(" ")));
});

test.each(["-a, --other", "-x, --all", "--all"])("two options cannot share a flag: %s", (flags) => {
  expect(() => new QuickCommand().option("-a, --all", "").option(flags, "")).toThrow(/conflicting flag/);
});

test("commander looks for options here", () => {
  const asked: string[] = [];
  class Told extends QuickCommand {
    override _findOption(flag: string) {
      asked.push(flag);
      return super._findOption(flag);
    }
  }
  new Told()
    .option("-a, --all", "")
    .action(() => {})
    .parse(["--all"], { from: "user" });
  expect(asked).toContain("--all");
});
