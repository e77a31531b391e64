import { expect, test } from "bun:test";
import { together } from "./together.ts";

test("one node is as it was measured", () => {
  expect(together([{ requests: 10, seconds: 2, p50: 1, p99: 3, startup: 0.5 }])).toEqual({ requests: 10, rate: 5, p99: 3, startup: 0.5 });
});

test("nodes that took unlike times add up to what they did a second", () => {
  const loads = [
    { requests: 10, seconds: 2, p50: 1, p99: 3 },
    { requests: 8, seconds: 1, p50: 1, p99: 5 },
  ] as const;
  expect(together([...loads])).toEqual({ requests: 18, rate: 13, p99: 5 });
});
