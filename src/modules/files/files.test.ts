import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeModuleTexts } from "./write-texts.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "opm-module-files-"));
  mkdirSync(join(root, "cue.mod"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("texts of a module", () => {
  test("change what they name", async () => {
    writeFileSync(join(root, "cue.mod", "module.cue"), "a");
    expect(await writeModuleTexts(root, { module: "a" })).toEqual([]);
    expect(await writeModuleTexts(root, { module: "b", local: "c" })).toEqual(["cue.mod/module.cue", "cue.mod/local-module.cue"]);
    expect(await writeModuleTexts(root, { local: null })).toEqual(["cue.mod/local-module.cue"]);
    expect(await writeModuleTexts(root, { local: null })).toEqual([]);
    expect(readdirSync(join(root, "cue.mod"))).toEqual(["module.cue"]);
    expect(await Bun.file(join(root, "cue.mod", "module.cue")).text()).toBe("b");
  });
});
