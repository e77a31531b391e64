// `npm test [-- [--changed] [--storage STORES] FILTER…]`: type check, lint and every test; the last line is `N passed, N failed`. Filters are
// parts of paths of test files; `--changed` leaves out what the changes since the merge base with main cannot reach; `--storage s3+postgres` runs
// the files that run over each combination of stores, over this one alone.
import { EMBEDDED_STORAGE, OTHER_STORAGES } from "../test/support/storage.ts";
import { buildHelper } from "./lib/build-helper.ts";
import { changedFiles } from "./lib/changed-files.ts";
import { changedTests } from "./lib/changed-tests.ts";
import { runChecks } from "./lib/checks.ts";
import { testHelper } from "./lib/go-tests.ts";
import { importGraph } from "./lib/import-graph.ts";
import { INSTALL_TOOLS } from "./lib/install-tools.ts";
import { type Job, type JobsRun, runJobs, slowestJobs } from "./lib/jobs.ts";
import { readSources, type Source } from "./lib/sources.ts";
import { type Choice, processFiles } from "./lib/test-files.ts";
import { testJobs } from "./lib/test-jobs.ts";
import { formatTotals, NO_TESTS, type Totals } from "./lib/totals.ts";

const CHANGED = "--changed";
const STORAGE = "--storage";
const STORAGES: readonly string[] = [EMBEDDED_STORAGE, ...OTHER_STORAGES];

/** What of all there is to run. */
interface Plan {
  /** All of it. */
  readonly whole: boolean;
  readonly tests: Choice;
  readonly checks: boolean;
  /** The Go sources of the CUE helper, whose tests run together or not at all. */
  readonly helper: boolean;
  /** Runs only the files that run over every combination of stores, over this one. */
  readonly storage?: string | undefined;
}

/** What is left of the arguments without `--storage`, and what this says. @throws Error for stores that there are not */
function storageOf(args: readonly string[]): { readonly rest: readonly string[]; readonly storage?: string } {
  const at = args.indexOf(STORAGE);
  if (at === -1) return { rest: args };
  const storage = args[at + 1] ?? "";
  if (!STORAGES.includes(storage)) throw new Error(`${STORAGE} may be ${STORAGES.join(", ")}`);
  return { rest: args.toSpliced(at, 2), storage };
}

/** @throws Error when git cannot say what changed */
function plan(args: readonly string[], sources: readonly Source[]): Plan {
  const { rest, storage } = storageOf(args);
  const filters = rest.filter((arg) => arg !== CHANGED);
  const isNamed = (path: string) => filters.length === 0 || filters.some((filter) => path.includes(filter));
  if (!rest.includes(CHANGED)) {
    const whole = filters.length === 0 && storage === undefined;
    return { whole, tests: isNamed, checks: whole, helper: whole || filters.some((filter) => /^cue(?:\/|$)/.test(filter)), storage };
  }
  const changed = changedFiles();
  const reached = changedTests(changed, sources);
  console.log(`${changed.length} files changed; they reach ${reached.size} files of tests`);
  return { whole: false, tests: (file) => reached.has(file) && isNamed(file), checks: true, helper: changed.some((path) => path.startsWith("cue/")), storage };
}

async function run(args: readonly string[]): Promise<JobsRun> {
  const sources = await readSources();
  const { whole, tests: choice, checks, helper, storage } = plan(args, sources);
  if (processFiles(choice).length > 0) await buildHelper();
  const tests = testJobs(choice, importGraph(sources), storage);
  const beside: Job[] = [
    ...(whole ? [INSTALL_TOOLS] : []),
    ...(helper ? [{ name: "CUE helper", run: testHelper }] : []),
    ...(checks ? [{ name: "checks", run: runChecks }] : []),
  ];
  try {
    return await runJobs([...beside, ...tests.jobs]);
  } finally {
    await tests.close();
  }
}

/** Prints the slowest jobs and what failed, and gives what counts. */
function concluded({ totals, times }: JobsRun): Totals {
  if (times.length > 1) console.log([`== slowest, of ${Math.round(totals.cpu / 1000)} s of processor time`, ...slowestJobs(times)].join("\n"));
  if (totals.failures.length > 0) console.log(["== failed", ...totals.failures].join("\n"));
  if (process.env.CI !== "true" || totals.skipped === 0) return totals;
  console.log("skipped tests count as failed in CI");
  return { ...totals, failed: totals.failed + totals.skipped, skipped: 0 };
}

async function main(args: readonly string[]): Promise<Totals> {
  try {
    const totals = concluded(await run(args));
    if (totals.passed + totals.failed + totals.skipped > 0) return totals;
    throw new Error(`no test file matches ${args.join(" ")}`);
  } catch (error) {
    console.log(`npm test: ${error instanceof Error ? error.message : String(error)}`);
    return { ...NO_TESTS, failed: 1 };
  }
}

const totals = await main(process.argv.slice(2));
console.log(formatTotals(totals));
process.exitCode = totals.failed === 0 ? 0 : 1;
