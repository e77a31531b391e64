import { availableParallelism } from "node:os";
import { bunTest } from "./bun-test.ts";
import { addTotals, formatTotals, NO_TESTS, type Totals } from "./totals.ts";

/** Milliseconds for a file that starts processes. */
const FILE_TIME_LIMIT = 10 * 60_000;

/** Folders below test/ whose files measure time, memory or races, and so run with nothing beside them. */
const ALONE = ["limits", "concurrency", "crash"];

/** How long a file took. */
export interface FileTime {
  readonly file: string;
  /** Milliseconds. */
  readonly took: number;
}

export interface FileRun {
  readonly totals: Totals;
  readonly times: readonly FileTime[];
}

/** Runs test files, each in a process of its own so that none can disturb another: as many at once as there are processors. */
export function runFiles(files: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<FileRun> {
  return runEach(files, (file) => bunTest([file], { timeLimit: FILE_TIME_LIMIT, environment, quiet: true }));
}

/** The same with another way to run a file; for tests. */
export async function runEach(files: readonly string[], run: (file: string) => Promise<Totals>): Promise<FileRun> {
  const [alone, together] = [files.filter(isAlone), files.filter((file) => !isAlone(file))];
  const first = await inPool(together, Math.max(1, availableParallelism()), run);
  const second = await inPool(alone, 1, run);
  return { totals: addTotals(first.totals, second.totals), times: [...first.times, ...second.times] };
}

function isAlone(file: string): boolean {
  return ALONE.some((folder) => file.startsWith(`test/${folder}/`));
}

async function inPool(files: readonly string[], size: number, run: (file: string) => Promise<Totals>): Promise<FileRun> {
  const waiting = [...files];
  const times: FileTime[] = [];
  const ended: Totals[] = [];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const began = performance.now();
      const totals = await run(file);
      const took = performance.now() - began;
      console.log(`${seconds(took)}  ${totals.failed === 0 ? "ok  " : "FAIL"}  ${file}: ${formatTotals(totals)}`);
      ended.push(totals);
      times.push({ file, took });
    }
  };
  await Promise.all(Array.from({ length: size }, work));
  return { totals: ended.reduce(addTotals, NO_TESTS), times };
}

/** Files that are named at the end. */
const SLOWEST = 10;

/** The slowest files, a line each. */
export function slowestFiles(times: readonly FileTime[]): string[] {
  return [...times]
    .sort((a, b) => b.took - a.took)
    .slice(0, SLOWEST)
    .map(({ file, took }) => `${seconds(took)}  ${file}`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).padStart(7)} s`;
}
