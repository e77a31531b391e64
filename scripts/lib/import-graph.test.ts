import { expect, test } from "bun:test";
import { importGraph } from "./import-graph.ts";
import { sourceOf } from "./sources.ts";

const graph = importGraph([
  sourceOf("src/a.ts", 'import { b } from "./b.ts";\n'),
  sourceOf("src/b.ts", 'const load = () => import("./c.ts");\n'),
  sourceOf("src/c.ts", 'import type { A } from "./a.ts";\n'),
  sourceOf("src/d.ts", ""),
]);

test("what a file loads, at once or later, itself included; circles end", () => {
  expect([...graph.loadedBy("src/b.ts")].sort()).toEqual(["src/a.ts", "src/b.ts", "src/c.ts"]);
  expect([...graph.loadedBy("src/d.ts")]).toEqual(["src/d.ts"]);
});

test("what loads one of some files, and these themselves", () => {
  expect([...graph.loadersOf(["src/c.ts", "docs/x.md"])].sort()).toEqual(["docs/x.md", "src/a.ts", "src/b.ts", "src/c.ts"]);
});
