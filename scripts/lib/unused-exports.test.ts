import { expect, test } from "bun:test";
import { sourceOf } from "./sources.ts";
import { unusedExports } from "./unused-exports.ts";

function unused(files: Readonly<Record<string, string>>): string[] {
  return unusedExports(Object.entries(files).map(([path, text]) => sourceOf(path, text)));
}

const EXPORTS =
  "export function one() {}\nexport const two = 2;\nexport type Three = 3;\nexport async function four(): Promise<Five> {}\nexport interface Five {}\n";

test("what another file uses is used, by whatever import", () => {
  const files = {
    "src/a/x.ts": EXPORTS,
    "src/b.ts": 'import { one, type Three } from "./a/x.ts";\nconst { four } = await import("./a/x.ts");\n',
    "scripts/c.ts": 'import {\n  two,\n} from "../src/a/x.ts";\n',
  };
  expect(unused(files)).toEqual([]);
});

test("a value that only its own file uses need not be exported; a type may belong to another export", () => {
  expect(unused({ "src/x.ts": `${EXPORTS}one(two);\n` })).toEqual(["src/x.ts: one", "src/x.ts: two", "src/x.ts: Three", "src/x.ts: four"]);
});

test("what only tests use is unused, unless its own file uses it", () => {
  const files = { "src/x.ts": "export const one = 1;\nexport const two = one;\n", "src/x.test.ts": 'import { one, two } from "./x.ts";\n' };
  expect(unused(files)).toEqual(["src/x.ts: two"]);
  const helper = { "test/support/y.ts": "export const y = 1;\n", "test/y.test.ts": 'import { y } from "./support/y.ts";\n' };
  expect(unused(helper)).toEqual([]);
});

test("lists of exports count by their outer name; another file's word of the same name does not", () => {
  expect(unused({ "src/x.ts": "const a = 1;\nexport { a as b };\n", "src/y.ts": "const b = 2;\n" })).toEqual(["src/x.ts: b"]);
});
