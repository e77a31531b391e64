import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import type { Command } from "commander";
import { buildWholeProgram } from "../program.ts";
import { parseOnly } from "../testing/parse-only.ts";
import { shellCommands } from "../testing/shell-commands.ts";
import { examplesOf } from "./examples.ts";

/** The commands that do something, by what is typed. */
function* leavesOf(command: Command, words = ""): Generator<[string, Command]> {
  if (command.commands.length === 0) yield [words, command];
  for (const child of command.createHelp().visibleCommands(command)) if (child.name() !== "help") yield* leavesOf(child, `${words} ${child.name()}`.trim());
}

const LEAVES = [...leavesOf(await buildWholeProgram())];

/** Every call of opm in a line, as words without the program's name. */
const callsIn = (line: string): string[][] =>
  shellCommands(line.replaceAll("$DIGEST", `sha256:${"a".repeat(64)}`)).flatMap(([program, ...words]) => (program === "opm" ? [words] : []));

test("a line is parted as a shell parts it", () => {
  expect(shellCommands(`A=1 opm x 'a b' "c"d > out.txt | jq . # end`)).toEqual([
    ["opm", "x", "a b", "cd"],
    ["jq", "."],
  ]);
});

test.each(LEAVES)("'opm %s' has an example of itself, and what its examples say can be typed", async (words, command) => {
  const calls = examplesOf(command).map(([typed]) => callsIn(typed));
  expect(calls.filter((each) => each.length === 0)).toEqual([]);
  expect(await Promise.all(calls.flat().map(parseOnly))).toContain(words);
});

test.each([[["serve", "--lissten", "x"]], [["user", "add"]], [["gc", "now"]], [["nothing"]]])("%j cannot be typed", async (words) => {
  expect(await parseOnly(words).catch((error: unknown) => error)).toBeInstanceOf(Error);
});

/** What stands in a page to be typed: indented by four, or between fences. */
function* typedIn(page: string): Generator<string> {
  let fenced = false;
  for (const line of page.replaceAll(/\\\n\s*/g, "").split("\n")) {
    if (/^\s*```/.test(line)) fenced = !fenced;
    else if (fenced || line.startsWith("    ")) yield line.trim().replace(/^\$ /, "");
  }
}

test("every line of the guide and of README that calls opm can be typed", async () => {
  const root = join(import.meta.dir, "..", "..", "..");
  const refused: string[] = [];
  let typed = 0;
  for (const page of ["README.md", ...[...new Glob("*.md").scanSync(join(root, "docs", "guide"))].map((name) => join("docs", "guide", name))]) {
    for (const line of typedIn(await Bun.file(join(root, page)).text())) {
      for (const words of callsIn(line)) {
        // what it prints
        if (/^[0-9]/.test(words[0] ?? "")) continue;
        typed++;
        try {
          await parseOnly(words);
        } catch (error) {
          refused.push(`${page}: ${line}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  }
  expect([refused, typed > 100]).toEqual([[], true]);
});
