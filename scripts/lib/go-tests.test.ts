import { expect, test } from "bun:test";
import { parseGoReport } from "./go-tests.ts";

const report = [
  { Action: "start", Package: "p" },
  { Action: "run", Package: "p", Test: "A" },
  { Action: "output", Package: "p", Test: "A", Output: "a.go:1: wrong\n" },
  { Action: "output", Package: "p", Test: "A", Output: "--- FAIL: A\n" },
  { Action: "fail", Package: "p", Test: "A" },
  { Action: "pass", Package: "p", Test: "B/sub" },
  { Action: "pass", Package: "p", Test: "B" },
  { Action: "skip", Package: "p", Test: "C" },
  { Action: "output", Package: "p", Output: "FAIL\n" },
  { Action: "fail", Package: "p" },
  { Action: "pass", Package: "q" },
  { Action: "build-output", ImportPath: "r", Output: "x.go:1:1: syntax error\n" },
  { Action: "build-fail", ImportPath: "r" },
];

test("tests and subtests are counted, packages are not", () => {
  const text = `${report.map((event) => JSON.stringify(event)).join("\n")}\nnoise\n`;
  expect(parseGoReport(text)).toEqual({
    totals: { passed: 2, failed: 1, skipped: 1, failures: ["go test: p A"], cpu: 0 },
    failures: ["a.go:1: wrong\n--- FAIL: A\n", "FAIL\n", "x.go:1:1: syntax error\n"],
  });
});

test("nothing is no test", () => {
  expect(parseGoReport("").totals).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [], cpu: 0 });
});
