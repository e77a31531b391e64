import { expect, test } from "bun:test";
import { warning, warningValues } from "./warning.ts";

test("whatever the text, the header is one line of quoted ASCII", () => {
  expect(warning('a "quoted" \\ text\r\nX-Evil: 1 é')).toBe("299 - \"a 'quoted' ' text??X-Evil: 1 ?\"");
  expect(warning("x".repeat(2000))).toHaveLength(508);
});

test("an answer has a few warnings, each once", () => {
  expect(warningValues(["a", "b", "a"])).toEqual(['299 - "a"', '299 - "b"']);
  expect(warningValues(Array.from({ length: 9 }, (_, index) => String(index)))).toHaveLength(5);
});
