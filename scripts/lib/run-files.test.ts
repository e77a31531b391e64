import { expect, test } from "bun:test";
import { slowestFiles } from "./run-files.ts";

test("the slowest files are named, the slowest first, ten at most", () => {
  const times = Array.from({ length: 12 }, (_, index) => ({ file: `test/${index}.test.ts`, took: index * 1000 + 40 }));
  const lines = slowestFiles(times);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe("   11.0 s  test/11.test.ts");
  expect(lines[9]).toBe("    2.0 s  test/2.test.ts");
});
