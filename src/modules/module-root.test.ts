import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findModuleRoot } from "./module-root.ts";

let root = "";
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "opm-module-root-")));
  mkdirSync(join(root, "cue.mod/pkg/lib.test/a/cue.mod"), { recursive: true });
  mkdirSync(join(root, "cue.mod/gen/k8s.io/api"), { recursive: true });
  mkdirSync(join(root, "web"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const CASES = [
  ["web", ""],
  ["cue.mod/pkg/lib.test/a", "cue.mod/pkg/lib.test/a"],
  ["cue.mod/gen/k8s.io/api", ""],
  ["cue.mod", undefined],
  ["cue.mod/pkg/lib.test/a/cue.mod", undefined],
] as const;

test.each(CASES)("the module of %s", async (folder, expected) => {
  const found = await findModuleRoot(join(root, folder)).catch((error: Error) => error.message);
  expect(found).toBe(expected === undefined ? `${join(root, folder)} is inside of cue.mod: go to the folder around it` : join(root, expected));
});
