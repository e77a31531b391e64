import { expect, test } from "bun:test";
import { importCircles } from "./circles.ts";
import { sourceOf } from "./sources.ts";

function circlesIn(files: Readonly<Record<string, string>>): string[] {
  return importCircles(Object.entries(files).map(([path, text]) => sourceOf(path, text)));
}

test("files that import each other are found, however many there are in between", () => {
  const files = {
    "src/a.ts": 'import { b } from "./x/b.ts";\n',
    "src/x/b.ts": 'import {\n  type T,\n  c,\n} from "./c.ts";\n',
    "src/x/c.ts": 'export { a } from "../a.ts";\n',
    "src/d.ts": 'import { a } from "./a.ts";\nimport "./d.ts";\n',
  };
  expect(circlesIn(files)).toEqual(["src/a.ts -> src/x/b.ts -> src/x/c.ts -> src/a.ts", "src/d.ts -> src/d.ts"]);
});

test.each([
  'import { a } from "./a.ts";\n',
  'import "./a.ts";\n',
  'import type { A } from "./a.ts";\n',
  'import { type A, type B } from "./a.ts";\n',
  'import {\n  type A,\n  type B,\n} from "./a.ts";\n',
  'export type { A } from "./a.ts";\n',
])("%j closes a circle", (back) => {
  expect(circlesIn({ "src/a.ts": 'import { b } from "./b.ts";\n', "src/b.ts": back })).toEqual(["src/a.ts -> src/b.ts -> src/a.ts"]);
});

test.each(['const load = () => import("./a.ts");\n', 'import "zod";\n', ""])("%j closes no circle", (other) => {
  expect(circlesIn({ "src/a.ts": 'import { b } from "./b.ts";\n', "src/b.ts": other })).toEqual([]);
});

test("two ways to one file are no circle", () => {
  const files = { "src/a.ts": 'import "./b.ts";\nimport "./c.ts";\n', "src/b.ts": 'import "./c.ts";\n', "src/c.ts": 'import "node:fs";\n' };
  expect(circlesIn(files)).toEqual([]);
});
