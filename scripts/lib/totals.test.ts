import { expect, test } from "bun:test";
import { addTotals, formatTotals, parseJunit } from "./totals.ts";

test("totals come from the root of a report", () => {
  const report = `<?xml version="1.0"?>\n<testsuites name="bun test" tests="5" assertions="9" failures="1" skipped="2" time="1"><testsuite tests="3" failures="0" skipped="0"/></testsuites>`;
  expect(parseJunit(report)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test.each(["", "<testsuites>", '<testsuites tests="1" failures="0">', "<testsuite tests='1'/>"])("%p is no report", (report) => {
  expect(parseJunit(report)).toBeUndefined();
});

test("the closing line names skips only when there are any", () => {
  const passed = { passed: 1, failed: 0, skipped: 0 };
  expect(formatTotals(passed)).toBe("1 passed, 0 failed");
  expect(formatTotals(addTotals(passed, { passed: 1, failed: 1, skipped: 3 }))).toBe("2 passed, 1 failed, 3 skipped");
});
