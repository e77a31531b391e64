import { buildHelper, HELPER_FOLDER } from "./build-helper.ts";
import { runProcess } from "./run-process.ts";
import { addTotals, NO_TESTS, type Totals } from "./totals.ts";

/** Milliseconds for each step; the first one on a machine compiles the CUE libraries too. */
const TIME_LIMIT = 10 * 60_000;

const PASSED: Totals = { ...NO_TESTS, passed: 1 };
const FAILED: Totals = { ...NO_TESTS, failed: 1 };

/** Builds the CUE helper, checks its format and its code, a test each, and runs its tests. Without Go all of it is one skipped test. */
export async function testHelper(): Promise<Totals> {
  const build = await buildHelper();
  console.log(`build of the CUE helper: ${build.path === undefined ? build.problem : "ok"}`);
  if (build.path === undefined) return build.isGoMissing ? { ...NO_TESTS, skipped: 1 } : FAILED;
  return [PASSED, await format(), await vet(), await goTest()].reduce(addTotals);
}

async function format(): Promise<Totals> {
  const { stdout, stderr, success } = Bun.spawnSync(["gofmt", "-l", "."], { cwd: HELPER_FOLDER, timeout: TIME_LIMIT });
  const files = stdout.toString().trim();
  console.log(`gofmt: ${success && files === "" ? "ok" : `${files}${stderr}`}`);
  return success && files === "" ? PASSED : FAILED;
}

async function vet(): Promise<Totals> {
  const failure = await runProcess(["go", "vet", "./..."], { timeLimit: TIME_LIMIT, directory: HELPER_FOLDER });
  console.log(`go vet: ${failure ?? "ok"}`);
  return failure === undefined ? PASSED : FAILED;
}

async function goTest(): Promise<Totals> {
  const command = ["go", "test", "-json", `-timeout=${TIME_LIMIT / 1000}s`, "./..."];
  const child = Bun.spawn(command, { cwd: HELPER_FOLDER, stdin: "ignore", stdout: "pipe", stderr: "inherit", timeout: TIME_LIMIT, killSignal: "SIGKILL" });
  const [report, code] = await Promise.all([child.stdout.text(), child.exited]);
  const { totals, failures } = parseGoReport(report);
  for (const text of failures) console.log(text);
  console.log(`go test: ${totals.passed} passed, ${totals.failed} failed`);
  // such as a package that does not compile
  return code !== 0 && totals.failed === 0 ? addTotals(totals, FAILED) : totals;
}

interface GoEvent {
  readonly Action?: string;
  readonly Package?: string;
  /** Of what does not compile. */
  readonly ImportPath?: string;
  readonly Test?: string;
  readonly Output?: string;
}

/** Reads what `go test -json` prints (`go doc test2json`). Subtests count as tests. `failures` is what failed tests printed. */
export function parseGoReport(report: string): { readonly totals: Totals; readonly failures: readonly string[] } {
  const printed = new Map<string, string>();
  const failures: string[] = [];
  let totals = NO_TESTS;
  for (const { Action, Package, ImportPath, Test, Output = "" } of events(report)) {
    const key = `${Package ?? ImportPath ?? ""} ${Test ?? ""}`;
    if (Action === "output" || Action === "build-output") printed.set(key, (printed.get(key) ?? "") + Output);
    if (Action === "fail" || Action === "build-fail") failures.push(printed.get(key) ?? key);
    if (Test === undefined) continue;
    if (Action === "pass") totals = addTotals(totals, PASSED);
    if (Action === "fail") totals = addTotals(totals, FAILED);
    if (Action === "skip") totals = addTotals(totals, { ...NO_TESTS, skipped: 1 });
  }
  return { totals, failures };
}

function* events(report: string): Generator<GoEvent> {
  for (const line of report.split("\n")) {
    try {
      yield JSON.parse(line) as GoEvent;
    } catch {
      // what the tool chain says beside the events
    }
  }
}
