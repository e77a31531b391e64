import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./root.ts";
import { runProcess } from "./run-process.ts";

/** Milliseconds. */
const TIME_LIMIT = 5 * 60_000;

/**
 * Builds `dist/opm`. Chunks that are loaded on demand stay apart, and all code is compiled ahead, so that small commands
 * start quickly. Workers are entry points of their own. Nothing is read from the folder that the program starts in.
 * @returns its path
 */
export async function buildExecutable(): Promise<string> {
  const outfile = join(ROOT, "dist", "opm");
  await mkdir(join(ROOT, "dist"), { recursive: true });
  const workers = [...new Bun.Glob("src/**/*.worker.ts").scanSync({ cwd: ROOT })].sort();
  const options = [
    "--compile",
    "--minify",
    "--keep-names",
    "--bytecode",
    "--format=esm",
    "--splitting",
    "--sourcemap=none",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    "--root=src",
    `--outfile=${outfile}`,
    ...commitOption(),
  ];
  const failure = await runProcess([process.execPath, "build", ...options, "src/main.ts", ...workers], { timeLimit: TIME_LIMIT, directory: ROOT });
  if (failure !== undefined) throw new Error(`the build of ${outfile} failed: it ${failure}`);
  return outfile;
}

/** Embeds the commit, where git knows it. */
function commitOption(): string[] {
  const git = Bun.which("git");
  if (git === null) return [];
  const { success, stdout } = Bun.spawnSync([git, "rev-parse", "--short=12", "HEAD"], { cwd: ROOT, stderr: "ignore" });
  return success ? [`--define=OPM_COMMIT="${stdout.toString().trim()}"`] : [];
}
