import { expect, test } from "bun:test";
import { median, short, spread } from "./statistics.ts";

test("the median is the middle, or between the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test("the spread is a share of the median", () => {
  expect(spread([90, 100, 120])).toBeCloseTo(0.3);
  expect(spread([7])).toBe(0);
});

test.each([
  [1_234_567, "1.23M"],
  [12_345, "12.3k"],
  [1234, "1234"],
  [12.34, "12.3"],
  [0.1234, "0.12"],
  [Number.NaN, "-"],
])("%p is written as %p", (value, text) => {
  expect(short(value)).toBe(text);
});
