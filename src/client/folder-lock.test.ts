import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isClientError } from "./client-error.ts";
import { FOLDER_LOCK, withFolderLock } from "./folder-lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "opm-folder-lock-"));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const lockFile = () => join(folder, FOLDER_LOCK);

describe("the lock of a folder", () => {
  test("lets one at a time through, and leaves nothing", async () => {
    let inside = 0;
    let most = 0;
    let count = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await Bun.sleep(1);
      inside--;
      count++;
    };
    await Promise.all(Array.from({ length: 12 }, () => withFolderLock(folder, work)));
    expect([most, count]).toEqual([1, 12]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is the same by every name of the folder", async () => {
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    const inner = () => withFolderLock(link, async () => 1, { limit: 0 }).catch((error: Error) => error.message);
    expect(await withFolderLock(folder, inner)).toBe(`${link} is being changed by another process: try again when that one is done`);
    rmSync(link);
  });

  test("is given back by what fails", async () => {
    const failing = withFolderLock(folder, () => Promise.reject(new Error("no")));
    expect(await failing.catch((error: Error) => error.message)).toBe("no");
    expect(await withFolderLock(folder, async () => 1, { limit: 0 })).toBe(1);
  });

  test("ends its wait with the signal", async () => {
    const inner = () => withFolderLock(folder, async () => 1, { signal: AbortSignal.timeout(20) }).catch((error: Error) => error.name);
    expect(await withFolderLock(folder, inner)).toBe("TimeoutError");
  });

  for (const [what, text] of [
    ["nothing", ""],
    ["the number of a process", JSON.stringify({ pid: process.pid, host: "elsewhere" })],
    ["other content", "x".repeat(5000)],
  ] as const) {
    test(`is not kept by a file with ${what} that was left over`, async () => {
      writeFileSync(lockFile(), text);
      let inside = 0;
      const work = async () => {
        expect(++inside).toBe(1);
        await Bun.sleep(1);
        inside--;
        return 1;
      };
      const all = await Promise.all(Array.from({ length: 4 }, () => withFolderLock(folder, work, { limit: 5000 })));
      expect(all).toEqual([1, 1, 1, 1]);
      expect(readdirSync(folder)).toEqual([]);
    });
  }

  test("names what it cannot write, and follows no link", async () => {
    const outside = `${folder}-outside`;
    symlinkSync(outside, lockFile());
    const error = await withFolderLock(folder, async () => 1).catch((error: unknown) => error);
    expect(isClientError(error, "general") && error.message).toContain(`cannot write ${lockFile()}: it is a link`);
    expect(await Bun.file(outside).exists()).toBe(false);
    rmSync(lockFile());
    mkdirSync(lockFile());
    expect(await withFolderLock(folder, async () => 1).catch((error: Error) => error.message)).toContain("a folder");
  });

  test("says that a folder is not there", async () => {
    const error = await withFolderLock(join(folder, "none"), async () => 1).catch((error: unknown) => error);
    expect(isClientError(error, "not-found") && error.message).toContain("there is no such file or folder");
  });
});
