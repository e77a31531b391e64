import { expect, test } from "bun:test";
import { diagnosticLines, formatPosition } from "./diagnostic-lines.ts";

test("a message is said once, with all its places", () => {
  const lines = diagnosticLines(
    [
      { message: "conflicting values 2 and 1", path: "a.b", positions: [{ file: "x.cue", line: 1, column: 4 }] },
      {
        message: "conflicting values 2 and 1",
        path: "a.b",
        positions: [
          { file: "x.cue", line: 1, column: 4 },
          { file: "y.cue", line: 2, column: 0 },
        ],
      },
      { message: "a.c: incomplete value\n\u001b[2J", path: "a.c", positions: [] },
    ],
    { root: "/m", cwd: "/m/sub" },
  );
  expect(lines).toEqual(["  a.b: conflicting values 2 and 1", "    ../x.cue:1:4", "    ../y.cue:2", "  a.c: incomplete value", "  \\u{1b}[2J"]);
});

test("what stands above is not said again", () => {
  const findings = [
    { message: "no path", path: "module", positions: [{ file: "m.cue", line: 1, column: 1 }] },
    {
      message: "no version",
      positions: [
        { file: "m.cue", line: 1, column: 1 },
        { file: "n.cue", line: 2, column: 3 },
      ],
    },
  ];
  const lines = (told: string, cwd = "/m") => diagnosticLines(findings, { root: "/m", cwd, told });
  expect(lines("m.cue:1:1: no path (and 1 more)")).toEqual(["    m.cue:1:1", "  no version", "    m.cue:1:1", "    n.cue:2:3"]);
  expect(lines("m.cue:1:1: no version")).toEqual(["    m.cue:1:1", "    n.cue:2:3", "  module: no path", "    m.cue:1:1"]);
  expect(lines("no path; no version", "/m/sub")).toEqual(["    ../m.cue:1:1", "    ../n.cue:2:3"]);
});

test.each([
  ["x.cue", "/m", "/m", "x.cue:3:1"],
  ["x.cue", "/m", "/m/a/b", "../../x.cue:3:1"],
  ["/m/a/x.cue", "/m", "/m", "a/x.cue:3:1"],
  ["/cache/mod/x.cue", "/m", "/m", "/cache/mod/x.cue:3:1"],
])("%p of %p is named from %p as %p", (file, root, cwd, expected) => {
  expect(formatPosition({ file, line: 3, column: 1 }, { root, cwd })).toBe(expected);
});

test("a place without a line is the file alone", () => {
  expect(formatPosition({ file: "x.cue", line: 0, column: 0 }, { root: "/m", cwd: "/m" })).toBe("x.cue");
});
