import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { LOCK_FILE, withModuleLock } from "./module-lock.ts";
import { writeModuleTexts } from "./write-texts.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "opm-module-files-"));
  mkdirSync(join(root, "cue.mod"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the lock of a module", () => {
  test("lets one at a time through, and leaves nothing", async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await Bun.sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 6 }, () => withModuleLock(root, work)));
    expect(most).toBe(1);
    expect(readdirSync(join(root, "cue.mod"))).toEqual([]);
  });

  test("is given back by what fails", async () => {
    const failing = withModuleLock(root, () => Promise.reject(new Error("no")));
    expect(await failing.catch((error: Error) => error.message)).toBe("no");
    expect(await withModuleLock(root, async () => 1)).toBe(1);
  });

  test("of a process that is gone is taken over", async () => {
    const gone = Bun.spawn(["true"]);
    await gone.exited;
    writeFileSync(join(root, LOCK_FILE), JSON.stringify({ pid: gone.pid, host: hostname() }));
    expect(await withModuleLock(root, async () => 1, { limit: 0 })).toBe(1);
  });

  test("of a running process is waited for, and then named", async () => {
    writeFileSync(join(root, LOCK_FILE), JSON.stringify({ pid: process.pid, host: hostname() }));
    const refused = withModuleLock(root, async () => 1, { limit: 60 });
    expect(await refused.catch((error: Error) => error.message)).toContain(`process ${process.pid}`);
  });

  test("of another machine counts until it is old", async () => {
    const path = join(root, LOCK_FILE);
    writeFileSync(path, JSON.stringify({ pid: 1, host: `not-${hostname()}` }));
    expect(await withModuleLock(root, async () => 1, { limit: 0 }).catch((error: Error) => error.message)).toContain("another process");
    utimesSync(path, 0, 0);
    expect(await withModuleLock(root, async () => 1, { limit: 0 })).toBe(1);
  });
});

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
