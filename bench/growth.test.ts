import { expect, test } from "bun:test";
import { grows } from "./growth.ts";

test("memory that rises in every round grows", () => {
  expect(grows([100, 120, 140])).toBe(true);
});

test("memory that falls in between, or rises by less than a tenth, does not", () => {
  expect(grows([100, 140, 120])).toBe(false);
  expect(grows([100, 102, 105])).toBe(false);
});

test("two rounds show nothing", () => {
  expect(grows([100, 200])).toBeUndefined();
});
