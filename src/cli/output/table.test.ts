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
  const [, row] = layOut(["N", "A", "B"], [["n", "a".repeat(30), "b".repeat(30)]], { width: 47, cut: [2, 1] });
  expect(row).toBe(`n  ${"a".repeat(30)}  ${"b".repeat(11)}…`);
  const [, narrow] = layOut(["N", "A", "B"], [["n", "a".repeat(30), "b".repeat(30)]], { width: 21 });
  expect(narrow).toBe(`n  ${"a".repeat(7)}…  ${"b".repeat(7)}…`);
});

test("the name is never cut: other columns are left out first, in the order they would be cut in", () => {
  const name = "dev/component-descriptors/acme.org/a-component-of-some-length";
  const rows = [[name, "1.0.0", "component", "2026-12-01"]];
  const header = ["NAME", "LATEST", "TYPE", "UPDATED"];
  expect(layOut(header, rows, { width: 100, cut: [2, 3, 1] })[1]).toBe(`${name}  1.0.0   component  2026-12-01`);
  expect(layOut(header, rows, { width: 80, cut: [2, 3, 1] })[1]).toBe(`${name}  1.0.0   2026-12-…`);
  expect(layOut(header, rows, { width: 70, cut: [2, 3, 1] })[1]).toBe(`${name}  1.0.0`);
  for (const width of [60, 20, 1]) expect(layOut(header, rows, { width, cut: [2, 3, 1] })).toEqual(["NAME", name]);
  const [, last] = layOut(["TIME", "TAG", "BY"], [["2026-12-01T00:00:00Z", "a-tag-of-some-length", "ann"]], { width: 30, names: [1] });
  expect(last).toBe("a-tag-of-some-length  ann");
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
