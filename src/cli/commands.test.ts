import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { COMMANDS } from "./commands.ts";

const FOLDER = import.meta.dir;
const TRANSPILER = new Bun.Transpiler({ loader: "ts" });

/** What a file imports before it runs: files by their path from this folder, packages by name. Types are no imports. */
function importsOf(path: string): string[] {
  const imports = TRANSPILER.scanImports(readFileSync(join(FOLDER, path))).filter(({ kind }) => kind === "import-statement");
  return imports.map(({ path: name }) => (name.startsWith(".") ? relative(FOLDER, join(FOLDER, dirname(path), name)) : name));
}

/** All that is loaded with a file. */
function loadedWith(path: string): Set<string> {
  const loaded = new Set([path]);
  for (const each of loaded) if (each.endsWith(".ts")) for (const next of importsOf(each)) loaded.add(next);
  return loaded;
}

const START = loadedWith("command-line.ts");
const FILES = COMMANDS.filter(({ load }) => load !== undefined).map(({ path }) => `commands/${path.replaceAll(" ", "/")}.ts`);

test("rows have paths of their own, and each stands below its group", () => {
  const paths = COMMANDS.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  const groups = new Set(COMMANDS.filter(({ load }) => load === undefined).map(({ path }) => path));
  for (const path of paths.filter((each) => each.includes(" "))) expect(groups).toContain(path.replace(/ [^ ]+$/, ""));
  for (const { path, group } of COMMANDS) expect([path, group === undefined]).toEqual([path, path.includes(" ")]);
});

test.each(FILES)("%s is the file of its command", async (path) => {
  expect(existsSync(join(FOLDER, path))).toBe(true);
  const row = COMMANDS.find((each) => path === `commands/${each.path.replaceAll(" ", "/")}.ts`);
  expect(await row?.load?.()).toBe(await import(`./${path}`));
});

test("what is asked most is answered without the command line", () => {
  const loaded = [...loadedWith("run.ts")].filter((path) => !path.startsWith("node:"));
  expect(loaded.filter((path) => !path.endsWith(".ts") && !path.endsWith(".json"))).toEqual([]);
  expect(loaded.filter((path) => START.has(path) && !path.startsWith("output/"))).toEqual(["quick-answer.ts", "version.ts", "../../package.json"]);
});

test("the program starts without the file of any command", () => {
  expect([...START].filter((path) => path.startsWith("commands/"))).toEqual([]);
});

test.each(FILES)("%s loads no other command, and no package but the parser", (path) => {
  const loaded = [...loadedWith(path)].filter((each) => !START.has(each));
  expect(loaded.filter((each) => FILES.includes(each) && each !== path)).toEqual([]);
  expect(loaded.filter((each) => !each.endsWith(".ts") && !each.startsWith("node:"))).toEqual([]);
});

/** `import()` of a library keeps all of it, unused parts and languages too, and whatever has a schema then loads as much. */
test("the library of schemas is loaded with files that have schemas, never by itself", () => {
  const source = join(FOLDER, "..");
  const loading = [...new Bun.Glob("**/*.ts").scanSync({ cwd: source })].filter((path) => /\bimport\("zod"\)/.test(readFileSync(join(source, path), "utf8")));
  expect(loading).toEqual([]);
});
