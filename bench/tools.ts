import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Subject } from "./subject.ts";
import type { Bucket } from "./subjects/bucket.ts";
import { distribution } from "./subjects/distribution.ts";
import { nginx } from "./subjects/nginx.ts";
import { zot } from "./subjects/zot.ts";

const ROOT = join(import.meta.dir, "..");
const CACHE = join(ROOT, ".cache", "tools");
const REGISTRY = { source: "github.com/distribution/distribution/v3/cmd/registry", version: "v3.1.2" } as const;

/** Milliseconds for installing one tool. */
const INSTALL_LIMIT = 9 * 60_000;

export interface Tools {
  /** In the order of the columns. Missing ones are left out of the comparison. */
  readonly subjects: readonly Subject[];
  /** wrk, for small requests. */
  readonly wrk: string | undefined;
  /** Our load generator, for all else. */
  readonly load: string | undefined;
  /** Of the servers, and of what they are measured with. */
  readonly versions: Readonly<Record<string, string>>;
  /** What is missing, why, and what to do about it; one line each. */
  readonly problems: readonly string[];
}

/** A server that can be compared once its program is found. */
export interface Maker {
  readonly name: string;
  /** @throws Error that says what is missing */
  make(): Promise<Subject>;
}

/** Finds what the benchmark runs, and installs what is missing where Go and apt-get are there. */
export async function findTools(makers: readonly Maker[]): Promise<Tools> {
  const problems: string[] = [];
  const attempt = async <Found>(what: string, find: () => Promise<Found>) => {
    try {
      return await find();
    } catch (error) {
      problems.push(`SKIPPED ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const subjects: Subject[] = [];
  for (const { name, make } of makers) {
    const found = await attempt(name, make);
    if (found !== undefined) subjects.push(found);
  }
  const wrk = await attempt("small requests", () => findDebian("wrk", "wrk"));
  const load = await attempt("large pulls and pushes", buildLoad);
  const versions = {
    ...Object.fromEntries(subjects.map(({ name, version }) => [name, version])),
    bun: Bun.version,
    ...(wrk !== undefined && { wrk: firstLine([wrk, "-v"]) }),
    ...(load !== undefined && { go: firstLine(["go", "version"]) }),
  };
  return { subjects, wrk, load, versions, problems };
}

/** CNCF distribution, installed where it is missing. @param bucket where it stores, in place of its folder */
export async function findDistribution(bucket?: () => Promise<Bucket>): Promise<Subject> {
  return distribution(await findGo("registry", REGISTRY), REGISTRY.version, bucket);
}

/** The zot that `OPM_BENCH_ZOT` names. @param bucket where it stores, in place of its folder */
export async function findZot(bucket?: () => Promise<Bucket>): Promise<Subject> {
  const path = process.env.OPM_BENCH_ZOT;
  if (path === undefined) throw new Error("set OPM_BENCH_ZOT to the path of a zot binary");
  if (!(await Bun.file(path).exists())) throw new Error(`OPM_BENCH_ZOT names ${path}, which is not there`);
  return zot(path, firstLine([path, "--version"]), bucket);
}

/** nginx of Debian, installed where it is missing. */
export async function findNginx(): Promise<Subject> {
  const path = await findDebian("nginx", "nginx-light");
  return nginx(path, firstLine([path, "-v"]));
}

/** What a program says about its version; several end with an error after they have said it. */
function firstLine(command: readonly string[]): string {
  const { stdout, stderr } = Bun.spawnSync([...command], { stdin: "ignore", timeout: 20_000 });
  return `${stdout}\n${stderr}`.trim().split("\n")[0]?.trim() ?? "unknown";
}

/** A program that Go builds, installed into `.cache/tools` where it is missing. @throws Error with what to run */
export async function findGo(name: string, { source, version }: { readonly source: string; readonly version: string }): Promise<string> {
  const folder = join(CACHE, `${name}-${version}`);
  const path = join(folder, name);
  if (await Bun.file(path).exists()) return path;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await run(["go", "install", `${source}@${version}`], { GOBIN: partial, CGO_ENABLED: "0" });
  renameSync(partial, folder);
  return path;
}

async function buildLoad(): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, "bench-load");
  const files = [...new Bun.Glob("*.go").scanSync({ cwd: join(import.meta.dir, "load"), absolute: true })].sort();
  await run(["go", "build", "-o", path, ...files], { CGO_ENABLED: "0", GO111MODULE: "off" });
  return path;
}

/** A program of Debian, installed where it is missing. @throws Error with what to run */
export async function findDebian(program: string, debianPackage: string): Promise<string> {
  const found = Bun.which(program, { PATH: `${process.env.PATH}:/usr/sbin` });
  if (found !== null) return found;
  const command = `apt-get update && apt-get install -y ${debianPackage}`;
  if (process.getuid?.() !== 0) throw new Error(`${program} is not installed; run: ${command}`);
  const environment = { DEBIAN_FRONTEND: "noninteractive" };
  await run(["apt-get", "update"], environment);
  await run(["apt-get", "install", "-y", "--no-install-recommends", debianPackage], environment);
  return findInstalled(program, command);
}

function findInstalled(program: string, command: string): string {
  const found = Bun.which(program, { PATH: `${process.env.PATH}:/usr/sbin` });
  if (found === null) throw new Error(`${program} is still missing after: ${command}`);
  return found;
}

async function run(command: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> {
  if (Bun.which(command[0] ?? "") === null) throw new Error(`${command[0]} is not installed; it is needed for: ${command.join(" ")}`);
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...environment },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: INSTALL_LIMIT,
    killSignal: "SIGKILL",
  });
  const [errors, code] = await Promise.all([child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`${command.join(" ")} failed: ${errors.trim().split("\n").at(-1)}`);
}
