import { expect, test } from "bun:test";
import { runEach, slowestFiles } from "./run-files.ts";

test("the slowest files are named, the slowest first, ten at most", () => {
  const times = Array.from({ length: 12 }, (_, index) => ({ file: `test/${index}.test.ts`, took: index * 1000 + 40 }));
  const lines = slowestFiles(times);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe("   11.0 s  test/11.test.ts");
  expect(lines[9]).toBe("    2.0 s  test/2.test.ts");
});

test("what files run beside each other come to is counted whole, and those that are to be alone are", async () => {
  const files = ["test/limits/a.test.ts", ...Array.from({ length: 20 }, (_, index) => `test/api/${index}.test.ts`), "test/crash/b.test.ts"];
  let running = 0;
  let company = 0;
  const { totals, times } = await runEach(files, async (file) => {
    running++;
    await Bun.sleep(1);
    if (/limits|crash/.test(file)) company = Math.max(company, running);
    running--;
    return { passed: 2, failed: 1, skipped: 0, failures: [file] };
  });
  expect(totals).toMatchObject({ passed: 2 * files.length, failed: files.length, skipped: 0 });
  expect([...totals.failures].sort()).toEqual([...files].sort());
  expect(times.map(({ file }) => file).sort()).toEqual([...files].sort());
  expect(company).toBe(1);
});
