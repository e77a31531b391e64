import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildExecutable } from "./build-executable.ts";
import { bunTest } from "./bun-test.ts";
import { ROOT } from "./root.ts";
import { addTotals, NO_TESTS, type Totals } from "./totals.ts";

/** Milliseconds for all unit tests together, and for each file that starts processes. */
const UNIT_TIME_LIMIT = 5 * 60_000;
const FILE_TIME_LIMIT = 10 * 60_000;

/** Folders below test/ whose tests also run against the standalone executable. */
const EXECUTABLE_TESTS = ["cli", "clients", "conformance", "access", "crash", "mod"];

/** Unit tests in one process, then each file under test/ in its own, so that none can disturb another. */
export async function testSource(filters: readonly string[]): Promise<Totals> {
  const units = testFiles("{src,scripts,bench}/**/*.test.ts", filters);
  let totals = units.length === 0 ? NO_TESTS : await bunTest(units, { timeLimit: UNIT_TIME_LIMIT });
  for (const file of testFiles("test/**/*.test.ts", filters)) totals = addTotals(totals, await bunTest([file], { timeLimit: FILE_TIME_LIMIT }));
  return totals;
}

/** Builds the executable, copies it alone into an empty folder, and runs the tests that start the program against it. */
export async function testExecutable(filters: readonly string[]): Promise<Totals> {
  const files = testFiles(`test/{${EXECUTABLE_TESTS.join(",")}}/**/*.test.ts`, filters);
  if (files.length === 0) return NO_TESTS;
  const folder = await mkdtemp(join(tmpdir(), "opm-executable-"));
  try {
    const executable = join(folder, "opm");
    await copyFile(await buildExecutable(), executable);
    let totals = NO_TESTS;
    for (const file of files) {
      totals = addTotals(totals, await bunTest([file], { timeLimit: FILE_TIME_LIMIT, environment: { OPM_TEST_BINARY: executable } }));
    }
    return totals;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function testFiles(pattern: string, filters: readonly string[]): string[] {
  const files = [...new Bun.Glob(pattern).scanSync({ cwd: ROOT })].sort();
  return files.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
}
