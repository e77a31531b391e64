import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referencePages } from "./reference-pages.ts";
import { ROOT } from "./root.ts";

const pages = await referencePages();

test.each(Object.keys(pages))("%s is what `npm run docs` writes", (path) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(pages[path] ?? "");
});
