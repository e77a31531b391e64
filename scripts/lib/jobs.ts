import { availableParallelism } from "node:os";
import { addTotals, failedTest, formatTotals, NO_TESTS, type Totals } from "./totals.ts";

/** A part of a run: a check, a file of tests, or several files that share a process. */
export interface Job {
  readonly name: string;
  /** What it measures is disturbed by company: it runs with nothing beside it, after all others. */
  readonly isAlone?: boolean;
  run(): Promise<Totals>;
}

/** How long a job took. */
export interface JobTime {
  readonly name: string;
  /** Milliseconds. */
  readonly took: number;
}

export interface JobsRun {
  readonly totals: Totals;
  readonly times: readonly JobTime[];
}

/** Jobs at once: tests wait for servers and commands half of their time, so one more than there are processors keeps these busy. */
const POOL = availableParallelism() + 1;

export interface RunOptions {
  /** Jobs at once. */
  readonly size?: number;
  /** Takes a line about each job, and what one threw. Default: it is printed. */
  readonly tell?: (text: string) => void;
}

/** Runs jobs beside each other in their order, and those that are to be alone after them. A job that throws is a failure, and stops no other. */
export async function runJobs(jobs: readonly Job[], { size = POOL, tell = console.log }: RunOptions = {}): Promise<JobsRun> {
  const [others, lonely] = [jobs.filter(({ isAlone }) => isAlone !== true), jobs.filter(({ isAlone }) => isAlone === true)];
  const together = await inPool(others, size, tell);
  const alone = await inPool(lonely, 1, tell);
  return { totals: addTotals(together.totals, alone.totals), times: [...together.times, ...alone.times] };
}

async function inPool(jobs: readonly Job[], size: number, tell: (text: string) => void): Promise<JobsRun> {
  const waiting = [...jobs];
  const times: JobTime[] = [];
  const ended: Totals[] = [];
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const began = performance.now();
      const totals = await outcome(job, tell);
      const took = performance.now() - began;
      tell(`${seconds(took)} ${seconds(totals.cpu)} cpu  ${totals.failed === 0 ? "ok  " : "FAIL"}  ${job.name}: ${formatTotals(totals)}`);
      ended.push(totals);
      times.push({ name: job.name, took });
    }
  };
  await Promise.all(Array.from({ length: size }, work));
  return { totals: ended.reduce(addTotals, NO_TESTS), times };
}

async function outcome(job: Job, tell: (text: string) => void): Promise<Totals> {
  try {
    return await job.run();
  } catch (error) {
    const told = `${job.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    tell(told);
    return failedTest(told);
  }
}

/** Jobs that are named at the end. */
const SLOWEST = 10;

/** The slowest jobs, a line each. */
export function slowestJobs(times: readonly JobTime[]): string[] {
  return [...times]
    .sort((a, b) => b.took - a.took)
    .slice(0, SLOWEST)
    .map(({ name, took }) => `${seconds(took)}  ${name}`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).padStart(7)} s`;
}
