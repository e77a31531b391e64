import { expect, test } from "bun:test";
import { after } from "./awaitable.ts";

const failing = (): never => {
  throw new Error("no");
};

test("a value that is there is gone on with at once, and what fails is thrown at once", () => {
  expect(after(1, (value) => value + 1)).toBe(2);
  expect(() => after(1, failing)).toThrow("no");
});

test("a value that is to come is waited for", async () => {
  const sum = after(Promise.resolve(1), (value) => value + 1);
  expect(sum).toBeInstanceOf(Promise);
  expect(await sum).toBe(2);
  expect(after(1, async (value) => value + 1)).toBeInstanceOf(Promise);
  expect(Promise.resolve(after(Promise.resolve(1), failing))).rejects.toThrow("no");
});
