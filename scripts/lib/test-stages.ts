import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildExecutable } from "./build-executable.ts";
import { bunTest } from "./bun-test.ts";
import { ROOT } from "./root.ts";
import { type FileRun, runFiles } from "./run-files.ts";
import { addTotals, NO_TESTS } from "./totals.ts";

/** Milliseconds for all unit tests together. */
const UNIT_TIME_LIMIT = 10 * 60_000;

/**
 * Beginnings of the names of files below test/ that also run against the standalone executable: of each kind of work what the executable can change, such as threads,
 * the helper inside it, native parts, start and end, files that it reads of itself.
 */
const EXECUTABLE_TESTS = [
  "cli/",
  "clients/",
  "crash/",
  "access/bearer.",
  "access/htpasswd.",
  "access/tokens.",
  "component/signing/certificates.",
  "conformance/blobs-push.",
  "conformance/extensions.",
  "conformance/manifests-push.",
  "conformance/uploads-chunked.",
  "limits/parsers.",
  "mod/acceptance/differential.",
  "mod/helper-",
  "mod/story.",
];

const NOTHING: FileRun = { totals: NO_TESTS, times: [] };

/** Unit tests in one process, then the files under test/. */
export async function testSource(filters: readonly string[]): Promise<FileRun> {
  const units = testFiles("{src,scripts,bench}/**/*.test.ts", filters);
  const totals = units.length === 0 ? NO_TESTS : await bunTest(units, { timeLimit: UNIT_TIME_LIMIT });
  const files = await runFiles(testFiles("test/**/*.test.ts", filters));
  return { totals: addTotals(totals, files.totals), times: files.times };
}

/** Builds the executable, copies it alone into an empty folder, and runs the tests that start the program against it. */
export async function testExecutable(filters: readonly string[]): Promise<FileRun> {
  const files = executableTests(filters);
  if (files.length === 0) return NOTHING;
  const folder = await mkdtemp(join(tmpdir(), "opm-executable-"));
  try {
    const executable = join(folder, "opm");
    await copyFile(await buildExecutable(), executable);
    return await runFiles(files, { OPM_TEST_BINARY: executable });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Those of the list that the filters let in. @throws Error for an entry that names no file, e.g. after a file was renamed */
export function executableTests(filters: readonly string[]): string[] {
  const files = testFiles("test/**/*.test.ts", []);
  const chosen = EXECUTABLE_TESTS.flatMap((start) => {
    const named = files.filter((file) => file.startsWith(`test/${start}`));
    if (named.length === 0) throw new Error(`no test file begins with test/${start}: mend the list of tests of the executable`);
    return named;
  });
  return chosen.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
}

function testFiles(pattern: string, filters: readonly string[]): string[] {
  const files = [...new Bun.Glob(pattern).scanSync({ cwd: ROOT })].sort();
  return files.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
}
