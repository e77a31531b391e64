import { runProcess } from "./run-process.ts";
import { addTotals, failedTest, PASSED, type Totals } from "./totals.ts";

/** Milliseconds for each step; the first one on a machine compiles the CUE libraries too. */
const TIME_LIMIT = 10 * 60_000;

/** Fetched and compiled once, by Go. */
const STATICCHECK = "honnef.co/go/tools/cmd/staticcheck@v0.8.2";

/** Checks the format and the code of a Go module, a test each. @param folder of the module */
export async function checkGo(folder: string): Promise<Totals> {
  return [format(folder), await check("go vet", ["go", "vet"], folder), await check("staticcheck", ["go", "run", STATICCHECK], folder)].reduce(addTotals);
}

function format(folder: string): Totals {
  const { stdout, stderr, success } = Bun.spawnSync(["gofmt", "-l", "."], { cwd: folder, timeout: TIME_LIMIT });
  const files = stdout.toString().trim();
  return told("gofmt", success && files === "" ? undefined : `${files}${stderr}`);
}

async function check(name: string, command: readonly string[], folder: string): Promise<Totals> {
  let cpu = 0;
  const measure = (took: number) => {
    cpu = took;
  };
  return { ...told(name, await runProcess([...command, "./..."], { timeLimit: TIME_LIMIT, directory: folder, measure })), cpu };
}

function told(name: string, failure: string | undefined): Totals {
  console.log(`${name}: ${failure ?? "ok"}`);
  return failure === undefined ? PASSED : failedTest(`${name}: ${failure}`);
}
