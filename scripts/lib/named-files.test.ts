import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { Glob } from "bun";
import packageFile from "../../package.json";
import { ROOT } from "./root.ts";

/** What people read to find their way; pages of docs/reference are generated. */
const PAGES = ["AGENTS.md", "README.md", ...[...new Glob("docs/**/*.md").scanSync(ROOT)].filter((path) => !path.startsWith("docs/reference/")).sort()];

const FILES = [...new Glob("{src,test,scripts,bench,cue}/**/*.{ts,mjs,go}").scanSync(ROOT)];

/** What only a build or a run leaves. */
const MADE = /^(?:cue\/bin|bench\/results|dist)(?:\/|$)/;

/** Paths from the project's folder, e.g. `src/oci/digest.ts`; of a pattern, e.g. `bench/cases/<case>.ts`, the folder that it begins with. */
const NAMED = /(?<![\w./-])(?:src|test|scripts|bench|docs|cue)\/[\w./-]*[\w/]/g;

/** The end of such a path, in a text that has said before where it is; `x` stands for any. */
const ENDS = /`(?!x\.)([\w-][\w./-]*\.(?:ts|mjs|go))`/g;

const LINK = /\]\((?!https?:)([^)#\s]+)(?:#[^)\s]*)?\)/g;

/** `npm run check`, and with options of npm `npm run -s opm`. */
const SCRIPT = /\bnpm run (?:-s )?([a-z][\w:-]*)/g;

test.each(PAGES)("the files and scripts that %s names are there", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");
  const linked = [...text.matchAll(LINK)].map(([, path = ""]) => normalize(join(dirname(page), path)));
  const named = [...text.replaceAll(LINK, "]").matchAll(NAMED)].map(([path]) => path);
  expect([...linked, ...named].filter((path) => !MADE.test(path) && !exists(path))).toEqual([]);
  const ends = [...text.matchAll(ENDS)].map(([, end = ""]) => end);
  expect(ends.filter((end) => !FILES.some((path) => `/${path}`.endsWith(`/${end}`)))).toEqual([]);
  expect([...text.matchAll(SCRIPT)].map(([, script = ""]) => script).filter((script) => !(script in packageFile.scripts))).toEqual([]);
});

/** A test may be named by how its file begins, as `npm test -- test/crash/kill` is. */
function exists(path: string): boolean {
  return existsSync(join(ROOT, path)) || (path.startsWith("test/") && !new Glob(`${path}*`).scanSync(ROOT).next().done);
}
