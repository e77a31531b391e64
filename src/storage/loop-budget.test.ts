import { expect, test } from "bun:test";
import { LoopBudget } from "./loop-budget.ts";

function slowly(): string {
  const before = performance.now();
  while (performance.now() - before < 4);
  return "done";
}

/** How many operations in a row are for the thread pool. */
function pooled(budget: LoopBudget): number {
  let count = 0;
  while (budget.exceeded()) count++;
  return count;
}

test("each slow operation sends twice as many of the next to the thread pool, 64 at most, and then the event loop is tried again", () => {
  const budget = new LoopBudget();
  expect(pooled(budget)).toBe(0);
  const counts = Array.from({ length: 9 }, () => {
    expect(budget.run(slowly)).toBe("done");
    return pooled(budget);
  });
  expect(counts).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
});

test("an operation that fails slowly counts, too", () => {
  const budget = new LoopBudget();
  const failing = () =>
    budget.run(() => {
      slowly();
      throw new Error("broken");
    });
  expect(failing).toThrow("broken");
  expect(pooled(budget)).toBe(1);
});
