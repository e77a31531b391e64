import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import type { Command } from "commander";
import { pathOf } from "../completion/locate.ts";
import { addTyped, buildWholeProgram } from "../program.ts";
import { createParsingRoot } from "../root-command.ts";
import { examplesOf } from "./examples.ts";

/** The commands that do something, by what is typed. */
function* leavesOf(command: Command, words = ""): Generator<[string, Command]> {
  if (command.commands.length === 0) yield [words, command];
  for (const child of command.createHelp().visibleCommands(command)) if (child.name() !== "help") yield* leavesOf(child, `${words} ${child.name()}`.trim());
}

const LEAVES = [...leavesOf(await buildWholeProgram())];

/**
 * Parses words (without the program's name) by the real command tree, and runs nothing.
 * @returns the command that would run, as typed
 * @throws CommanderError for what the command line would refuse
 */
async function parseOnly(words: readonly string[]): Promise<string> {
  const program = createParsingRoot();
  const typed = await addTyped(program, words);
  let named = "";
  if (typed.commands.length === 0) {
    typed.action(() => {
      named = pathOf(typed).join(" ");
    });
  }
  await program.parseAsync([...words], { from: "user" });
  return named;
}

/** A word with its quotes, or what parts commands, sends their output elsewhere, or begins a comment. */
const TOKEN = /(?:[^\s'"#>|;&<]|'[^']*'|"(?:[^"\\]|\\.)*"|(?<=\S)#)+|[>|;&<#]/g;

/**
 * The commands of a line, each as words without quotes, without variables before it and without redirections. What a shell would put
 * in (`$(…)`, `$NAME`, globs) stays as it is written.
 */
function shellCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let redirects = false;
  for (const [token] of line.matchAll(TOKEN)) {
    if (token === "#") break;
    if (/^[|;&]$/.test(token)) commands.push([]);
    const words = commands.at(-1) ?? [];
    const isWord = !/^[>|;&<]$/.test(token) && !redirects;
    redirects = /^[><]$/.test(token);
    if (!isWord || (words.length === 0 && /^[A-Z_]+=/.test(token))) continue;
    words.push(token.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ""));
  }
  return commands.filter((words) => words.length > 0);
}

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
