import { buildHelper, HELPER_FOLDER } from "./build-helper.ts";
import { checkGo } from "./go-checks.ts";
import { addTotals, failedTest, NO_TESTS, PASSED, type Totals } from "./totals.ts";

/** Milliseconds for each step; the first one on a machine compiles the CUE libraries too. */
const TIME_LIMIT = 10 * 60_000;

/** Seconds for a package, after which Go tells what each goroutine waits for: before the step is over. */
const PACKAGE_LIMIT = 5 * 60;

/** What runs in several goroutines at once. */
const CONCURRENT = ["rpc", "registry", "host", "evaluate"];

const SKIPPED: Totals = { ...NO_TESTS, skipped: 1 };

/** Builds the CUE helper, checks its code, and runs its tests. Without Go all of it is one skipped test. */
export async function testHelper(): Promise<Totals> {
  const build = await buildHelper();
  console.log(`build of the CUE helper: ${build.path === undefined ? build.problem : "ok"}`);
  if (build.path === undefined) return build.isGoMissing ? SKIPPED : failedTest(`build of the CUE helper: ${build.problem}`);
  return [PASSED, await checkGo(HELPER_FOLDER), await goTest(HELPER_FOLDER), await raceTest()].reduce(addTotals);
}

/** Runs tests again with the detector of races, which takes a C compiler. Without one it is a skipped test. */
async function raceTest(): Promise<Totals> {
  const [compiler = ""] = Bun.spawnSync(["go", "env", "CC"], { cwd: HELPER_FOLDER }).stdout.toString().trim().split(" ");
  if (Bun.which(compiler) === null) {
    console.log(`go test -race: not run: there is no C compiler '${compiler}' on the PATH: install it (on Debian: apt-get install gcc libc6-dev)`);
    return SKIPPED;
  }
  return await goTest(HELPER_FOLDER, { args: ["-race", ...CONCURRENT.map((name) => `./internal/${name}`)], environment: { CGO_ENABLED: "1" } });
}

export interface GoTestOptions {
  /** Flags and packages. Default: all packages. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the Go tests of a module. @param folder of the module */
export async function goTest(folder: string, { args = ["./..."], environment }: GoTestOptions = {}): Promise<Totals> {
  const command = ["go", "test", "-json", `-timeout=${PACKAGE_LIMIT}s`, ...args];
  const child = Bun.spawn(command, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    timeout: TIME_LIMIT,
    killSignal: "SIGKILL",
  });
  const [report, code] = await Promise.all([child.stdout.text(), child.exited]);
  const { totals: reported, failures } = parseGoReport(report);
  const totals = { ...reported, cpu: Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000 };
  for (const text of failures) console.log(text);
  const name = ["go", "test", ...args.filter((arg) => /^-[a-z]+$/.test(arg))].join(" ");
  console.log(`${name}: ${totals.passed} passed, ${totals.failed} failed`);
  // such as a package that does not compile
  return code !== 0 && totals.failed === 0 ? addTotals(totals, failedTest(`${name}: exited with ${code}`)) : totals;
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
    if (Action === "fail") totals = addTotals(totals, failedTest(`go test: ${Package ?? ""} ${Test}`));
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
