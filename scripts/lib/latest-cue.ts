import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { GO_ADVICE, HELPER_FOLDER } from "./build-helper.ts";
import { goTest } from "./go-tests.ts";
import { runProcess } from "./run-process.ts";
import { addTotals, failedTest, type Totals } from "./totals.ts";

/** Milliseconds for each step; another CUE is compiled as a whole. */
const TIME_LIMIT = 10 * 60_000;

const CUE = "cuelang.org/go";

/**
 * Tries the CUE helper with another release of CUE than the pinned one, in a copy of its module: first whether that has what is used of
 * CUE's internals, then all tests. The module itself stays as it is.
 * @param query as `go get` takes it: a version, a branch, or `latest`
 */
export async function tryCue(query: string): Promise<Totals> {
  if (Bun.which("go") === null) return failed(`there is no Go on the PATH: ${GO_ADVICE}`);
  const folder = await mkdtemp(join(tmpdir(), "opm-latest-cue-"));
  try {
    await cp(HELPER_FOLDER, folder, { recursive: true, filter: (path) => relative(HELPER_FOLDER, path) !== "bin" });
    const pinned = versionIn(folder);
    for (const args of [
      ["get", `${CUE}@${query}`],
      ["mod", "tidy"],
    ]) {
      const failure = await runProcess(["go", ...args], { timeLimit: TIME_LIMIT, directory: folder });
      if (failure !== undefined) return failed(`go ${args.join(" ")} ${failure}`);
    }
    const tried = versionIn(folder);
    console.log(tried === pinned ? `CUE ${pinned}, which is pinned, is what '${query}' means now` : `CUE ${tried} in place of ${pinned}`);
    // -e: all that is not there, not the first ten
    const used = await goTest(folder, { args: ["-gcflags=-e", "./internal/pinned"] });
    return used.failed > 0 ? failed("what is used of CUE's internals is not as it was, see above") : addTotals(used, await goTest(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function versionIn(folder: string): string {
  return Bun.spawnSync(["go", "list", "-m", "-f", "{{.Version}}", CUE], { cwd: folder }).stdout.toString().trim();
}

function failed(problem: string): Totals {
  const told = `try of another CUE: ${problem}`;
  console.log(told);
  return failedTest(told);
}
