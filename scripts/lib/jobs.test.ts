import { expect, test } from "bun:test";
import { type Job, runJobs, slowestJobs } from "./jobs.ts";
import { PASSED } from "./totals.ts";

test("the slowest jobs are named, the slowest first, ten at most", () => {
  const times = Array.from({ length: 12 }, (_, index) => ({ name: `test/${index}.test.ts`, took: index * 1000 + 40 }));
  const lines = slowestJobs(times);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe("   11.0 s  test/11.test.ts");
  expect(lines[9]).toBe("    2.0 s  test/2.test.ts");
});

test("what jobs beside each other come to is counted whole, and those that are to be alone are", async () => {
  let running = 0;
  let most = 0;
  const companies: number[] = [];
  const job = (name: string, isAlone: boolean): Job => ({
    name,
    isAlone,
    async run() {
      running++;
      most = Math.max(most, running);
      await Bun.sleep(1);
      if (isAlone) companies.push(running);
      running--;
      return { passed: 2, failed: 1, skipped: 0, failures: [name], cpu: 0 };
    },
  });
  const jobs = [job("alone 1", true), ...Array.from({ length: 20 }, (_, index) => job(`${index}`, false)), job("alone 2", true)];
  const { totals, times } = await runJobs(jobs, { size: 3, tell: () => {} });
  expect(totals).toMatchObject({ passed: 2 * jobs.length, failed: jobs.length, skipped: 0 });
  const names = jobs.map(({ name }) => name).sort();
  expect([...totals.failures].sort()).toEqual(names);
  expect(times.map(({ name }) => name).sort()).toEqual(names);
  expect(companies).toEqual([1, 1]);
  expect(most).toBe(3);
});

test("a job that throws is a failure with its reason, and the others run", async () => {
  const jobs: Job[] = [
    { name: "build", run: () => Promise.reject(new Error("no compiler")) },
    { name: "other", run: () => Promise.resolve(PASSED) },
  ];
  const told: string[] = [];
  const { totals } = await runJobs(jobs, { size: 1, tell: (text) => told.push(text) });
  expect(totals).toMatchObject({ passed: 1, failed: 1 });
  expect(totals.failures[0]).toStartWith("build: Error: no compiler");
  expect(told).toEqual([
    totals.failures[0] ?? "",
    expect.stringMatching(/ s +0\.0 s cpu {2}FAIL {2}build: 0 passed, 1 failed$/),
    expect.stringMatching(/ s +0\.0 s cpu {2}ok {4}other: 1 passed, 0 failed$/),
  ]);
});
