import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT } from "./root.ts";

/** Milliseconds; the first build compiles the CUE libraries too. */
const TIME_LIMIT = 10 * 60_000;

/** The Go module of the helper. */
export const HELPER_FOLDER = join(ROOT, "cue");

/** Where the helper of this machine is built. */
export const HELPER_PATH = join(HELPER_FOLDER, "bin", process.platform === "win32" ? "opm-cue.exe" : "opm-cue");

/** What to do where the helper cannot be built. */
export const GO_ADVICE = "install Go 1.26 or later (https://go.dev/dl), put it on the PATH, and run the command again";

export interface HelperTarget {
  /** As Go calls them. */
  readonly os: string;
  readonly arch: string;
}

/** What came of a build: whether there is a helper that is up to date, and if there is none, why. */
export type HelperBuild =
  | { readonly path: string; readonly wasBuilt: boolean }
  | { readonly path: undefined; readonly problem: string; readonly isGoMissing: boolean };

/** Builds the helper, unless it was built from the same sources by the same Go. @param target default: this machine */
export async function buildHelper(target?: HelperTarget): Promise<HelperBuild> {
  const outfile =
    target === undefined ? HELPER_PATH : join(HELPER_FOLDER, "bin", `${target.os}-${target.arch}`, target.os === "windows" ? "opm-cue.exe" : "opm-cue");
  const go = Bun.which("go");
  if (go === null) return { path: undefined, problem: "there is no Go on the PATH", isGoMissing: true };
  const environment = { ...process.env, CGO_ENABLED: "0", ...(target !== undefined && { GOOS: target.os, GOARCH: target.arch }) };
  const record = `${outfile}.inputs`;
  const inputs = await hashInputs(go, environment);
  if (existsSync(outfile) && (await readFile(record, "utf8").catch(() => "")) === inputs) return { path: outfile, wasBuilt: false };
  await mkdir(dirname(outfile), { recursive: true });
  const partial = `${outfile}.${process.pid}.partial`;
  try {
    const problem = await run([go, "build", "-trimpath", "-ldflags", "-s -w", "-o", partial, "."], environment);
    if (problem !== undefined) return { path: undefined, problem, isGoMissing: false };
    await rename(partial, outfile);
    await writeFile(record, inputs);
    return { path: outfile, wasBuilt: true };
  } finally {
    await rm(partial, { force: true });
  }
}

/** Hash of what the result depends on: the sources, the toolchain and its target. */
async function hashInputs(go: string, environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  const version = Bun.spawnSync([go, "env", "GOVERSION", "GOOS", "GOARCH", "GOFLAGS"], { cwd: HELPER_FOLDER, env: environment, stderr: "ignore" });
  hasher.update(version.stdout);
  const files = ["go.mod", "go.sum", ...new Bun.Glob("**/*.go").scanSync({ cwd: HELPER_FOLDER })].filter((file) => !file.endsWith("_test.go")).sort();
  for (const file of files) {
    const bytes = await readFile(join(HELPER_FOLDER, file));
    hasher.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hasher.digest("hex");
}

/** Gives what went wrong, in one line; undefined when all is well. */
async function run(command: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const child = Bun.spawn([...command], { cwd: HELPER_FOLDER, env: environment, stdin: "ignore", stdout: "ignore", stderr: "pipe", timeout: TIME_LIMIT });
  const [errors, code] = await Promise.all([child.stderr.text(), child.exited]);
  if (code === 0) return undefined;
  if (child.signalCode !== null) return `go build was ended by ${child.signalCode}`;
  const lines = errors.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#") && !line.startsWith("go: downloading"));
  return `go build failed: ${lines.slice(0, 5).join("; ") || `it exited with ${code}`}`;
}
