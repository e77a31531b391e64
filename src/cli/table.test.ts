import { expect, test } from "bun:test";
import { fitLines, layOut, truncate } from "./table.ts";

test("columns are as wide as their widest cell", () => {
  expect(
    layOut(
      ["NAME", "N"],
      [
        ["a", "1"],
        ["longer", "22"],
      ],
    ),
  ).toEqual(["NAME    N", "a       1", "longer  22"]);
});

test("the header alone says that there are no rows", () => {
  expect(layOut(["NAME", "SIZE"], [])).toEqual(["NAME  SIZE"]);
});

test("a table that is too wide is cut where it is widest", () => {
  const lines = layOut(["TAG", "DIGEST", "TYPE"], [["v1", "sha256:".padEnd(71, "0"), "chart"]], { width: 40 });
  expect(lines).toEqual(["TAG  DIGEST                        TYPE", `v1   sha256:${"0".repeat(20)}…  chart`]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
});

test("the columns to cut can be chosen, and keep something", () => {
  const [, row] = layOut(["A", "B"], [["a".repeat(30), "b".repeat(30)]], { width: 44, cut: [1, 0] });
  expect(row).toBe(`${"a".repeat(30)}  ${"b".repeat(11)}…`);
  const [, narrow] = layOut(["A", "B"], [["a".repeat(30), "b".repeat(30)]], { width: 10 });
  expect(narrow).toBe(`${"a".repeat(7)}…  ${"b".repeat(7)}…`);
});

test("wide characters count as two columns", () => {
  expect(
    layOut(
      ["A", "B"],
      [
        ["日本", "x"],
        ["ab", "y"],
      ],
    ),
  ).toEqual(["A     B", "日本  x", "ab    y"]);
  expect(truncate("日本語", 4)).toBe("日… ");
});

test("no cell acts on the terminal", () => {
  const [, row = ""] = layOut(["A", "B"], [["a\u001b[31m\n", "\u202eb"]]);
  expect(row).toBe("a\\u{1b}[31m\\u{a}  \\u{202e}b");
});

test("lines of a tree end at the edge of the terminal", () => {
  expect(fitLines(["└── layer sha256:0", "short"], 10)).toEqual(["└── layer…", "short"]);
  expect(fitLines(["└── layer sha256:0"], undefined)).toEqual(["└── layer sha256:0"]);
});
