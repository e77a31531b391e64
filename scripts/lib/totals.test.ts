import { expect, test } from "bun:test";
import { addTotals, formatTotals, PASSED, parseJunit } from "./totals.ts";

test("totals come from the root of a report", () => {
  const report = `<?xml version="1.0"?>\n<testsuites name="bun test" tests="5" assertions="9" failures="1" skipped="2" time="1"><testsuite tests="3" failures="0" skipped="0"/></testsuites>`;
  expect(parseJunit(report)).toEqual({ passed: 2, failed: 1, skipped: 2, failures: [], cpu: 0 });
});

test.each(["", "<testsuites>", '<testsuites tests="1" failures="0">', "<testsuite tests='1'/>"])("%p is no report", (report) => {
  expect(parseJunit(report)).toBeUndefined();
});

test("the closing line names skips only when there are any", () => {
  expect(formatTotals(PASSED)).toBe("1 passed, 0 failed");
  expect(formatTotals(addTotals(PASSED, { passed: 1, failed: 1, skipped: 3, failures: [], cpu: 0 }))).toBe("2 passed, 1 failed, 3 skipped");
});

test("what failed is known by file and title", () => {
  const report = `<testsuites tests="3" failures="1" skipped="0">
    <testcase name="a &quot;b&quot; &amp;amp; c" classname="x" time="0.1" file="test/a.test.ts" line="3">
      <failure type="AssertionError" /></testcase>
    <testcase name="fine" file="test/a.test.ts" />
    <testcase name="fine too" file="test/a.test.ts"></testcase></testsuites>`;
  expect(parseJunit(report)?.failures).toEqual(['test/a.test.ts: a "b" &amp; c']);
});
