// `npm test [-- FILTER…]`: type check, lint and every test; the last line is `N passed, N failed`. Filters are parts of
// paths of test files.
import { buildHelper } from "./lib/build-helper.ts";
import { runChecks } from "./lib/checks.ts";
import { testHelper } from "./lib/go-tests.ts";
import { importGraph } from "./lib/import-graph.ts";
import { type Job, type JobsRun, runJobs, slowestJobs } from "./lib/jobs.ts";
import { readSources } from "./lib/sources.ts";
import { processFiles } from "./lib/test-files.ts";
import { testJobs } from "./lib/test-jobs.ts";
import { formatTotals } from "./lib/totals.ts";

/** True for a part of a path in the Go sources, whose tests run together or not at all. */
function isOfHelper(filter: string): boolean {
  return /^cue(?:\/|$)/.test(filter);
}

async function run(filters: readonly string[]): Promise<JobsRun> {
  const isChosen = (file: string) => filters.length === 0 || filters.some((filter) => file.includes(filter));
  if (processFiles(isChosen).length > 0) await buildHelper();
  const tests = testJobs(isChosen, importGraph(await readSources()));
  const checks: Job[] = filters.length === 0 ? [{ name: "checks", run: runChecks }] : [];
  const helper: Job[] = filters.length === 0 || filters.some(isOfHelper) ? [{ name: "CUE helper", run: testHelper }] : [];
  try {
    return await runJobs([...helper, ...checks, ...tests.jobs]);
  } finally {
    await tests.close();
  }
}

const filters = process.argv.slice(2);
const { totals: counted, times } = await run(filters);
let totals = counted;
if (times.length > 1) console.log(["== slowest", ...slowestJobs(times)].join("\n"));
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
