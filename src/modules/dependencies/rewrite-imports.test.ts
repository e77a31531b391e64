import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Helper, ModuleError } from "../helper/helper.ts";
import { rewriteImports } from "./rewrite-imports.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "opm-rewrite-"));
  writeFileSync(join(root, "a.cue"), "a@v1 b@v1");
  writeFileSync(join(root, "real.cue"), "a@v1");
  symlinkSync("real.cue", join(root, "link.cue"));
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (name: string) => readFileSync(join(root, name), "utf8");

/** Rewrites by text, in the files that are named. */
function helperOf(names: readonly string[], fails?: string): Helper {
  const call = async (_: string, { from, to }: { from: string; to: string }) => {
    if (from === fails) throw new ModuleError("invalid", "no such thing");
    return { files: names.map((path) => ({ path, text: read(path).replace(from, to), count: 1 })) };
  };
  return { call: call as unknown as Helper["call"], stream: () => Promise.reject(new Error("nothing has a body")), close: async () => {} };
}

const BOTH = [
  { from: "a@v1", to: "a@v2" },
  { from: "b@v1", to: "b@v2" },
];

test("one rewrite builds on the other; links and modes stay", async () => {
  chmodSync(join(root, "real.cue"), 0o640);
  const { files } = await rewriteImports({ helper: helperOf(["link.cue", "a.cue"]) }, BOTH, { root });
  expect([files, read("a.cue"), read("real.cue")]).toEqual([["a.cue", "link.cue"], "a@v2 b@v2", "a@v2"]);
  expect([lstatSync(join(root, "link.cue")).isSymbolicLink(), statSync(join(root, "real.cue")).mode & 0o777]).toEqual([true, 0o640]);
});

test("can be undone", async () => {
  const { undo } = await rewriteImports({ helper: helperOf(["a.cue"]) }, BOTH, { root });
  await undo();
  expect(read("a.cue")).toBe("a@v1 b@v1");
});

test("where one fails nothing is changed", async () => {
  const error = await rewriteImports({ helper: helperOf(["a.cue"], "b@v1") }, BOTH, { root }).catch((failure: unknown) => failure);
  expect([error, read("a.cue")]).toEqual([expect.any(ModuleError), "a@v1 b@v1"]);
});
