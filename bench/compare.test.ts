import { expect, test } from "bun:test";
import { compare, reportComparison } from "./compare.ts";
import { parseResults, type Results } from "./results.ts";

const RATE = { name: "push", title: "push", group: "pushes", figure: "per second" } as const;
const WAIT = { name: "push", title: "push", group: "pushes", figure: "p99 ms" } as const;

function run(servers: Readonly<Record<string, readonly number[]>>, rest: Partial<Results> = {}): Results {
  const samples = Object.entries(servers).map(([name, figures]) => [name, figures.map((figure) => ({ figure }))]);
  return { at: "2026-12-01", rounds: 3, seconds: 2, versions: {}, peaks: {}, memory: {}, figures: { push: Object.fromEntries(samples) }, ...rest };
}

function verdict(
  before: Readonly<Record<string, readonly number[]>>,
  after: Readonly<Record<string, readonly number[]>>,
  each: typeof RATE | typeof WAIT = RATE,
) {
  return compare(run(before), run(after), [each])[0]?.verdict;
}

test("a change within the spread of the rounds is none", () => {
  expect(verdict({ opm: [90, 100, 110] }, { opm: [110, 120, 130] })).toBe("same");
});

test("a change beyond it is better or worse, by what is measured", () => {
  expect(verdict({ opm: [99, 100, 101] }, { opm: [119, 120, 121] })).toBe("better");
  expect(verdict({ opm: [99, 100, 101] }, { opm: [79, 80, 81] })).toBe("worse");
  expect(verdict({ opm: [99, 100, 101] }, { opm: [119, 120, 121] }, WAIT)).toBe("worse");
});

test("rounds that agree by chance do not make a twentieth a change", () => {
  expect(verdict({ opm: [100, 100] }, { opm: [104, 104] })).toBe("same");
  expect(verdict({ opm: [100, 100] }, { opm: [96, 96] })).toBe("same");
});

test("what all servers changed by is the machine's", () => {
  expect(verdict({ opm: [100], zot: [50] }, { opm: [140], zot: [70] })).toBe("same");
  expect(verdict({ opm: [100], zot: [50] }, { opm: [140], zot: [50] })).toBe("better");
});

test("ours that stays while the others fall has not moved", () => {
  expect(verdict({ opm: [100], zot: [50] }, { opm: [100], zot: [25] })).toBe("same");
});

test("memory is compared by its rounds, CPU where it was counted", () => {
  const before = run({ opm: [1] }, { peaks: { pushes: { opm: [100 * 2 ** 20, 102 * 2 ** 20] } } });
  const after = run({ opm: [1] }, { peaks: { pushes: { opm: [150 * 2 ** 20, 152 * 2 ** 20] } } });
  expect(compare(before, after, [RATE]).map(({ what, verdict: is }) => [what, is])).toEqual([
    ["push: per second", "same"],
    ["memory of pushes: MiB", "worse"],
  ]);
});

test("memory is not compared where other cases ran in the group", () => {
  const peaks = { pushes: { opm: [2 ** 20] } };
  const [before, after] = [run({ opm: [1] }, { peaks, figures: {} }), run({ opm: [1] }, { peaks })];
  expect(compare(before, after, [RATE])).toEqual([]);
});

test("a case that one of the runs did not have is left out", () => {
  expect(compare(run({}), run({ opm: [1] }), [RATE])).toEqual([]);
});

test("the report names what moved, and what makes the runs differ", () => {
  const machine = { cpu: "A", cpus: 2, memory: 1, kernel: "6", arch: "x64" };
  const before = run({ opm: [100] }, { machine, commit: "0123456789abcdef", versions: { zot: "2.1.20" } });
  const after = run({ opm: [200] }, { machine: { ...machine, cpus: 4 }, rounds: 2, versions: { zot: "2.1.21" } });
  expect(reportComparison(before, after, [RATE])).toBe(`Compared with 0123456789ab of 2026-12-01:
  beware: it ran on 2 x A, kernel 6, this on 4 x A, kernel 6
  beware: it took 3 rounds of 2 s, this 2 of 2 s
  beware: zot was 2.1.20, now 2.1.21
moved beyond noise  before  after     opm  others  noise
------------------  ------  -----  ------  ------  -----  ------
push: per second       100    200  +100 %       -   ±5 %  better
1 of 1 figures moved beyond noise: the spread of the rounds of both runs, 5 % at least, with and without what the other servers changed by.`);
});

test("a file of before machine and versions were told is read", () => {
  const old = { at: "2026-11-01", rounds: 2, seconds: 1, cpus: ["A"], figures: { push: { opm: [{ figure: 1, cpu: null }] } }, memory: {} };
  expect(parseResults(JSON.stringify(old), "old.json")).toMatchObject({ versions: {}, peaks: {}, figures: { push: { opm: [{ figure: 1 }] } } });
});

test("what is no result is refused with what is wrong", () => {
  expect(() => parseResults("{", "old.json")).toThrow("old.json is not JSON");
  expect(() => parseResults("{}", "old.json")).toThrow("old.json is no result of npm run bench: at");
});
