import { expect, test } from "bun:test";
import type { Case, Target } from "./case.ts";
import { judge } from "./targets.ts";

function verdict(figure: Case["figure"], target: Target, taken: Readonly<Record<string, number>>) {
  const each: Case = { name: "a", title: "A", group: "reads", figure, targets: [target], reads: [], run: () => Promise.reject(new Error("not run")) };
  const samples = new Map(Object.entries(taken).map(([name, value]) => [name, [{ figure: value, cpu: value }]]));
  return judge(each, new Map([["a", samples]]))[0];
}

test("a rate is held against the better peer's, whoever else is there", () => {
  const target = { of: "figure", against: "peers", side: "at least", value: 2 } as const;
  expect(verdict("per second", target, { opm: 300, distribution: 100, zot: 150, nginx: 9000, third: 1000 })).toEqual({
    what: "A: per second, to the better peer",
    is: "2.0x",
    target: ">= 2x",
    reached: true,
  });
});

test("a wait that is a fifth of the better peer's is five times better", () => {
  const target = { of: "figure", against: "peers", side: "at least", value: 5 } as const;
  expect(verdict("p99 ms", target, { opm: 10, distribution: 60, zot: 40 })).toMatchObject({ is: "4.0x", reached: false });
});

test("CPU and waits can be a share of what they are held against", () => {
  expect(verdict("per second", { of: "CPU", against: "peers", side: "at most", value: 1.15 }, { opm: 11, zot: 10 })).toMatchObject({
    is: "1.1x",
    reached: true,
  });
  expect(verdict("p99 ms", { of: "figure", against: "nginx", side: "at most", value: 1.5 }, { opm: 4, nginx: 2 })).toMatchObject({
    is: "2.0x",
    reached: false,
  });
});

test("without anything to be held against nothing is said", () => {
  expect(verdict("per second", { of: "figure", against: "nginx", side: "at least", value: 1 }, { opm: 1, zot: 1 })).toMatchObject({
    is: "-",
    reached: undefined,
  });
});
