import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { listCachedModules } from "./cached-modules.ts";
import { knownProjects, rememberProject } from "./known-projects.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "opm-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test("modules are told from all else that is in the cache", async () => {
  write("mod/download/lib.test/base/@v/v1.0.0.mod", "12");
  write("mod/download/lib.test/base/@v/v1.0.0.zip", "123");
  write("mod/download/lib.test/base/@v/v1.0.0.lock", "");
  write("mod/extract/lib.test/base@v1.0.0/a.cue", "1234");
  write("mod/extract/lib.test/base@v1.0.0/cue.mod/module.cue", "12");
  write("mod/download/lib.test/base/sub/@v/v2.0.0-!r!c1.mod", "1");
  write("mod/download/lib.test/base/@v/v1.0.0.zip123.tmp", "12345");
  write("mod/download/lib.test/base/@v/junk.mod", "12345");
  write("mod/extract/lib.test/base/notes.txt", "12345");
  write("logins.json", "{}");
  const modules = await listCachedModules(folder);
  expect(modules.map(({ path, version, bytes, complete }) => ({ path, version, bytes, complete }))).toEqual([
    { path: "lib.test/base/sub@v2", version: "v2.0.0-RC1", bytes: 1, complete: false },
    { path: "lib.test/base@v1", version: "v1.0.0", bytes: 11, complete: true },
  ]);
});

test("no cache is an empty one", async () => {
  expect(await listCachedModules(join(folder, "none"))).toEqual([]);
});

test("projects are known until they are gone", async () => {
  write("one/cue.mod/module.cue", "");
  write("two/cue.mod/module.cue", "");
  const home = join(folder, "home");
  for (const root of ["one", "two", "one"]) rememberProject(home, join(folder, root));
  expect(await knownProjects(home)).toEqual([join(folder, "one"), join(folder, "two")]);
  rmSync(join(folder, "two"), { recursive: true });
  expect(await knownProjects(home)).toEqual([join(folder, "one")]);
  expect(readdirSync(join(home, ".opm", "projects"))).toHaveLength(1);
});

test("a home that cannot be written, or is none, knows no project", async () => {
  writeFileSync(join(folder, "file"), "");
  rememberProject(join(folder, "file"), "/x");
  rememberProject(undefined, "/x");
  expect([await knownProjects(join(folder, "file")), await knownProjects(undefined)]).toEqual([[], []]);
});
