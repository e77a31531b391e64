import { expect, test } from "bun:test";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeRecords } from "./cache-contents.ts";
import { withFolder } from "./testing/sample.ts";

test("records of what was verified go by their age, with what a killed process left of one", async () => {
  await withFolder(async (folder) => {
    const records = join(folder, "verified");
    await mkdir(records);
    for (const name of ["old", "old.partial", "new"]) await writeFile(join(records, name), "12345");
    for (const name of ["old", "old.partial"]) await utimes(join(records, name), 1, 1);
    expect(await removeRecords(folder, Date.now() - 60_000)).toBe(10);
    expect(await readdir(records)).toEqual(["new"]);
    expect(await removeRecords(folder, Number.POSITIVE_INFINITY)).toBe(5);
    expect(await removeRecords(join(folder, "absent"), Number.POSITIVE_INFINITY)).toBe(0);
  });
});
