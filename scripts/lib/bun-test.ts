import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./root.ts";
import { runProcess } from "./run-process.ts";
import { addTotals, failedTest, NO_TESTS, parseJunit, type Totals } from "./totals.ts";

/** Milliseconds that one test may take when it says nothing else: a hang takes longer, a busy machine with two cores does not. */
const TEST_TIME_LIMIT = 60_000;

export interface BunTestOptions {
  /** Milliseconds for all files together. */
  readonly timeLimit: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Print what they print in one piece at the end, and only when a test failed. */
  readonly quiet?: boolean;
}

/**
 * Runs test files in one Bun process. A process that ends badly counts as a failure also when every test that it
 * reported passed, and so does one that reports nothing.
 */
export async function bunTest(files: readonly string[], options: BunTestOptions): Promise<Totals> {
  const folder = await mkdtemp(join(tmpdir(), "opm-test-"));
  const report = join(folder, "report.xml");
  try {
    const args = [`--timeout=${TEST_TIME_LIMIT}`, "--reporter=junit", `--reporter-outfile=${report}`, "--only-failures"];
    const command = [process.execPath, "test", ...args, ...files.map((file) => `./${file}`)];
    const { timeLimit, environment, quiet = false } = options;
    let output = "";
    let cpu = 0;
    const gather = quiet ? (text: string) => (output = text) : undefined;
    const measure = (took: number) => {
      cpu = took;
    };
    const failure = await runProcess(command, { timeLimit, environment, directory: ROOT, gather, measure });
    const reported = parseJunit(await readFile(report, "utf8").catch(() => ""));
    const totals = reported && { ...reported, cpu };
    if (totals !== undefined && failure === undefined && totals.failed === 0) return totals;
    process.stdout.write(output);
    if (totals !== undefined && totals.failed > 0) return totals;
    const told = `${files.length > 3 ? `${files.length} files` : files.join(" ")}: ${failure ?? "no report was written"}`;
    console.log(told);
    return addTotals(totals ?? NO_TESTS, failedTest(told));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
