import { ROOT } from "./root.ts";
import { runProcess } from "./run-process.ts";
import { addTotals, NO_TESTS, type Totals } from "./totals.ts";

/** Milliseconds. */
const TIME_LIMIT = 5 * 60_000;

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  "type check": ["tsc", "--noEmit"],
  lint: ["biome", "check", "--error-on-warnings"],
};

/** Type check and lint, a test each. */
export async function runChecks(): Promise<Totals> {
  let totals = NO_TESTS;
  for (const [name, [tool = "", ...args]] of Object.entries(CHECKS)) {
    const failure = await runProcess([`${ROOT}/node_modules/.bin/${tool}`, ...args], { timeLimit: TIME_LIMIT, directory: ROOT });
    console.log(failure === undefined ? `${name}: ok` : `${name}: ${failure}`);
    totals = addTotals(totals, failure === undefined ? { ...NO_TESTS, passed: 1 } : { ...NO_TESTS, failed: 1 });
  }
  return totals;
}
