import { importCircles } from "./circles.ts";
import { layerProblems } from "./layers.ts";
import { ROOT } from "./root.ts";
import { runProcess } from "./run-process.ts";
import { readSources, type Source } from "./sources.ts";
import { addTotals, failedTest, NO_TESTS, PASSED, type Totals } from "./totals.ts";
import { unusedExports } from "./unused-exports.ts";

/** Milliseconds. */
const TIME_LIMIT = 5 * 60_000;

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  "type check": ["tsc", "--noEmit"],
  lint: ["biome", "check", "--error-on-warnings"],
};

/** What is looked at in all files together; each gives a line for each finding. */
const LOOKS: Readonly<Record<string, (sources: readonly Source[]) => readonly string[]>> = {
  layers: layerProblems,
  circles: importCircles,
  "unused exports": unusedExports,
};

/** Type check, lint, layers, circles and unused exports, a test each. */
export async function runChecks(): Promise<Totals> {
  let totals = NO_TESTS;
  for (const [name, [tool = "", ...args]] of Object.entries(CHECKS)) {
    let cpu = 0;
    const measure = (took: number) => {
      cpu = took;
    };
    const failure = await runProcess([`${ROOT}/node_modules/.bin/${tool}`, ...args], { timeLimit: TIME_LIMIT, directory: ROOT, measure });
    console.log(failure === undefined ? `${name}: ok` : `${name}: ${failure}`);
    totals = addTotals(totals, { ...(failure === undefined ? PASSED : failedTest(`${name}: ${failure}`)), cpu });
  }
  const sources = await readSources();
  for (const [name, look] of Object.entries(LOOKS)) {
    const findings = look(sources);
    const told = findings.length === 0 ? `${name}: ok` : [`${name}: ${findings.length} found`, ...findings].join("\n");
    console.log(told);
    totals = addTotals(totals, findings.length === 0 ? PASSED : failedTest(told));
  }
  return totals;
}
