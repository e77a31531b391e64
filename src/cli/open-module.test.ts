import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXIT } from "./exit-code.ts";
import { findModuleRoot } from "./open-module.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "opm-module-"));
  await mkdir(join(root, "app", "cue.mod", "gen"), { recursive: true });
  await mkdir(join(root, "app", "a", "b"), { recursive: true });
  await mkdir(join(root, "cue.mod-less"), { recursive: true });
  await writeFile(join(root, "app", "cue.mod", "module.cue"), "");
  await writeFile(join(root, "app", "x.cue"), "");
});

afterAll(() => rm(root, { recursive: true, force: true }));

test.each(["app", "app/a", "app/a/b"])("the module of %p is found", (path) => {
  expect(findModuleRoot(join(root, path))).toBe(join(root, "app"));
});

test.each([
  ["app/cue.mod", EXIT.invalid],
  ["app/cue.mod/gen", EXIT.invalid],
  ["app/x.cue", EXIT.invalid],
  ["cue.mod-less", EXIT.notFound],
  ["nothing", EXIT.notFound],
])("%p is in no module: %p", (path, exitCode) => {
  expect(() => findModuleRoot(join(root, path))).toThrow(expect.objectContaining({ exitCode }));
});
