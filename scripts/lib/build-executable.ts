import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { carriedHelper } from "./carried-helper.ts";
import { ROOT } from "./root.ts";
import { runProcess } from "./run-process.ts";

/** Milliseconds. */
const TIME_LIMIT = 5 * 60_000;

/** What src/modules/helper/embedded-helper.ts looks for. */
const ASSET = "opm-cue.helper";

export interface ExecutableOptions {
  /** Default: `dist/opm`. */
  readonly outfile?: string;
  /** As Bun calls it, e.g. `bun-linux-arm64`. Default: this machine. */
  readonly target?: string;
  /** The helper to carry. Default: that of this machine, which is built, or without Go taken as it was built before. */
  readonly helper?: string;
}

/**
 * Builds an executable. Chunks that are loaded on demand stay apart, and all code is compiled ahead, so that small commands
 * start quickly. Workers are entry points of their own. Nothing is read from the folder that the program starts in.
 * @returns its path
 * @throws Error when there is no helper to carry, with what to do
 */
export async function buildExecutable({ outfile = join(ROOT, "dist", "opm"), target, helper }: ExecutableOptions = {}): Promise<string> {
  const carried = helper ?? (await carriedHelper());
  // Loaded here: what is missing is told before all of the command line is read.
  const { programHelp } = await import("../../src/cli/help/program-help.ts");
  await mkdir(dirname(outfile), { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), "opm-build-"));
  try {
    const workers = [...new Bun.Glob("src/**/*.worker.ts").scanSync({ cwd: ROOT })].sort();
    const assets = await helperAssets(folder, carried);
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
      ...(target === undefined ? [] : [`--target=${target}`]),
      ...assets.options,
      `--define=OPM_HELP=${JSON.stringify(await programHelp())}`,
      ...commitOption(),
    ];
    const command = [process.execPath, "build", ...options, "src/main.ts", ...workers, ...assets.files];
    const failure = await runProcess(command, { timeLimit: TIME_LIMIT, directory: ROOT });
    if (failure !== undefined) throw new Error(`the build of ${outfile} failed: it ${failure}`);
    return outfile;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Has the helper embedded as a file, and its hash as a constant. */
async function helperAssets(folder: string, helper: string): Promise<{ readonly options: readonly string[]; readonly files: readonly string[] }> {
  const file = join(folder, ASSET);
  await copyFile(helper, file);
  const sha256 = new Bun.CryptoHasher("sha256").update(await readFile(file)).digest("hex");
  return { files: [file], options: ["--loader=.helper:file", "--asset-naming=[name].[ext]", `--define=OPM_HELPER_SHA256="${sha256}"`] };
}

/** Embeds the commit, where git knows it. */
function commitOption(): string[] {
  const git = Bun.which("git");
  if (git === null) return [];
  const { success, stdout } = Bun.spawnSync([git, "rev-parse", "--short=12", "HEAD"], { cwd: ROOT, stderr: "ignore" });
  return success ? [`--define=OPM_COMMIT="${stdout.toString().trim()}"`] : [];
}
