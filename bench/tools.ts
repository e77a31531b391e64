import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SubjectName } from "./subject.ts";

const ROOT = join(import.meta.dir, "..");
const CACHE = join(ROOT, ".cache", "tools");
const REGISTRY = { source: "github.com/distribution/distribution/v3/cmd/registry", version: "v3.1.2" } as const;

/** Milliseconds for installing one tool. */
const INSTALL_LIMIT = 9 * 60_000;

export interface Tools {
  /** Programs by the name of the server. Missing ones are left out of the comparison. */
  readonly servers: ReadonlyMap<SubjectName, string>;
  /** wrk, for small requests. */
  readonly wrk: string | undefined;
  /** Our load generator, for large pulls and for pushes. */
  readonly load: string | undefined;
  /** What is missing, why, and what to do about it; one line each. */
  readonly problems: readonly string[];
}

/** Finds what the benchmark runs, and installs what is missing where Go and apt-get are there. */
export async function findTools(wanted: readonly SubjectName[]): Promise<Tools> {
  const problems: string[] = [];
  const attempt = async (what: string, find: () => Promise<string>) => {
    try {
      return await find();
    } catch (error) {
      problems.push(`SKIPPED ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const servers = new Map<SubjectName, string>([["opm", process.execPath]]);
  const finders = { distribution: findRegistry, zot: findZot, nginx: () => findDebian("nginx", "nginx-light") } as const;
  for (const name of wanted) {
    if (name === "opm") continue;
    const path = await attempt(name, finders[name]);
    if (path !== undefined) servers.set(name, path);
  }
  const wrk = await attempt("small requests", () => findDebian("wrk", "wrk"));
  const load = await attempt("large pulls and pushes", buildLoad);
  return { servers, wrk, load, problems };
}

function findRegistry(): Promise<string> {
  return findGo("registry", REGISTRY);
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

async function findZot(): Promise<string> {
  const path = process.env.OPM_BENCH_ZOT;
  if (path === undefined) throw new Error("set OPM_BENCH_ZOT to the path of a zot binary");
  if (await Bun.file(path).exists()) return path;
  throw new Error(`OPM_BENCH_ZOT names ${path}, which is not there`);
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
