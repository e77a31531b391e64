import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
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
  test("are written through links, and keep their modes", async () => {
    const [outside, file] = [join(root, "shared.cue"), join(root, "cue.mod", "module.cue")];
    writeFileSync(outside, "a");
    chmodSync(outside, 0o600);
    symlinkSync("../shared.cue", file);
    symlinkSync("../later.cue", join(root, "cue.mod", "local-module.cue"));
    expect(await writeModuleTexts(root, { module: "b", local: "c" })).toHaveLength(2);
    expect([readFileSync(outside, "utf8"), statSync(outside).mode & 0o777, lstatSync(file).isSymbolicLink()]).toEqual(["b", 0o600, true]);
    expect([readFileSync(join(root, "later.cue"), "utf8"), readdirSync(join(root, "cue.mod")).sort()]).toEqual(["c", ["local-module.cue", "module.cue"]]);
    rmSync(file);
    writeFileSync(file, "a");
    chmodSync(file, 0o664);
    await writeModuleTexts(root, { module: "b" });
    expect(statSync(file).mode & 0o777).toBe(0o664);
  });

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
