import { expect, test } from "bun:test";
import { join } from "node:path";
import { withFolder } from "../testing/sample.ts";
import { isOlder, keepsChangeTimes, readClock } from "./file-system-clock.ts";

const NOW = { time: 1_700_000_000_123_456_789n, device: 1n };

test.each([
  ["the tick before", 1n, 4_000_000n, true],
  ["the same tick", 1n, 0n, false],
  ["a later one: the clock was set back", 1n, -60_000_000_000n, false],
  ["less than a tick before, by another file system", 2n, 4_000_000n, false],
  ["more than a tick before, by another file system", 2n, 10_000_001n, true],
  ["a whole second: the file system has no parts of it", 1n, 123_456_789n, false],
])("a change in %s: %d, %d ns before the reading", (_, device, before, older) => {
  const stamp = { device, inode: 1n, size: 1n, modifiedAt: 0n, changedAt: NOW.time - before };
  expect(isOlder(stamp, NOW)).toBe(older);
});

test("a clock is read where there are times of changes, and nothing is left behind", async () => {
  await withFolder(async (folder) => {
    const records = join(folder, "records");
    const [first, second] = [await readClock(records), await readClock(records)];
    expect(first !== undefined).toBe(await keepsChangeTimes(folder));
    if (first !== undefined && second !== undefined) expect(second.time >= first.time).toBe(true);
    expect(Array.from(new Bun.Glob("**").scanSync({ cwd: records, dot: true }))).toEqual([]);
  });
});

test("what the kernel makes up, and what is not there, has no times to trust", async () => {
  for (const path of ["/proc/self/status", "/nowhere"]) expect(await keepsChangeTimes(path)).toBe(false);
});
