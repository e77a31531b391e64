// `npm test [-- FILTER…]`: type check, lint and every test; the last line is `N passed, N failed`. Filters are parts of
// paths of test files.
import { buildHelper } from "./lib/build-helper.ts";
import { runChecks } from "./lib/checks.ts";
import { testHelper } from "./lib/go-tests.ts";
import { type FileRun, type FileTime, slowestFiles } from "./lib/run-files.ts";
import { testExecutable, testSource } from "./lib/test-stages.ts";
import { addTotals, failedTest, formatTotals, NO_TESTS, type Totals } from "./lib/totals.ts";

/** The totals of a stage; one that throws is a failure, whatever came before. */
async function stage(name: string, run: () => Promise<Totals>): Promise<Totals> {
  console.log(`== ${name}`);
  try {
    return await run();
  } catch (error) {
    const told = `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    console.log(told);
    return failedTest(told);
  }
}

/** True for a part of a path in the Go sources, whose tests run together or not at all. */
function isOfHelper(filter: string): boolean {
  return /^cue(?:\/|$)/.test(filter);
}

const times: FileTime[] = [];

async function timed(run: Promise<FileRun>, prefix = ""): Promise<Totals> {
  const { totals, times: own } = await run;
  times.push(...own.map(({ file, took }) => ({ file: `${prefix}${file}`, took })));
  return totals;
}

const filters = process.argv.slice(2);
let totals = NO_TESTS;
if (filters.length === 0) totals = addTotals(totals, await stage("checks", runChecks));
if (filters.length === 0 || filters.some(isOfHelper)) totals = addTotals(totals, await stage("CUE helper", testHelper));
else if (filters.some((filter) => filter.includes("mod"))) await buildHelper();
totals = addTotals(totals, await stage("tests", () => timed(testSource(filters))));
totals = addTotals(totals, await stage("tests of the executable", () => timed(testExecutable(filters), "executable, ")));
if (times.length > 1) console.log(["== slowest files", ...slowestFiles(times)].join("\n"));
if (totals.failures.length > 0) console.log(["== failed", ...totals.failures].join("\n"));
if (process.env.CI === "true" && totals.skipped > 0) {
  console.log("skipped tests count as failed in CI");
  totals = { ...totals, failed: totals.failed + totals.skipped, skipped: 0 };
}
if (totals.passed + totals.failed + totals.skipped === 0) {
  console.log(`no test file matches ${filters.join(" ")}`);
  totals = { ...totals, failed: 1 };
}
console.log(formatTotals(totals));
process.exitCode = totals.failed === 0 ? 0 : 1;
