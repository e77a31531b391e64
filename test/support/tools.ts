import { Database } from "bun:sqlite";
import { test } from "bun:test";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Milliseconds for installing one tool, and for waiting while another process installs it. */
const INSTALL_LIMIT = 9 * 60_000;

/** Where tools are kept between runs. */
export const CACHE = join(import.meta.dir, "..", "..", ".cache", "tools");

/** Go programs: package and version. */
const GO_TOOLS = {
  crane: ["github.com/google/go-containerregistry/cmd/crane", "v0.22.1"],
  regctl: ["github.com/regclient/regclient/cmd/regctl", "v0.11.7"],
  helm: ["helm.sh/helm/v3/cmd/helm", "v3.22.0"],
  cue: ["cuelang.org/go/cmd/cue", "v0.17.1"],
  registry: ["github.com/distribution/distribution/v3/cmd/registry", "v3.1.2"],
  versitygw: ["github.com/versity/versitygw/cmd/versitygw", "v1.8.0"],
} as const;

/** Programs of Debian: the package has the name of the program. */
const DEBIAN_TOOLS = ["skopeo", "nginx"] as const;

export type ToolName = keyof typeof GO_TOOLS | (typeof DEBIAN_TOOLS)[number];

/** All of them, those first whose installation takes longest. */
export const TOOL_NAMES: readonly ToolName[] = ["versitygw", "registry", "helm", "cue", "regctl", "crane", "skopeo", "nginx"];

/** A program to test with. `path` is undefined where it is not there and cannot be installed: `problem` says why. */
export interface Tool {
  readonly name: string;
  readonly path: string | undefined;
  readonly problem: string;
  /** What to run by hand to get it. */
  readonly command: string;
}

/**
 * Finds a program in the versions that the tests are written for, and installs it where it is missing: Go programs into
 * `.cache/tools`, by `go install`; Debian's by apt-get, which takes root. Of several processes one installs.
 */
export async function findTool(name: ToolName): Promise<Tool> {
  return isGoTool(name) ? findGoTool(name) : findDebianTool(name);
}

/**
 * Gives `test` for cases that need these tools. Where one is missing the case is skipped under a name that says what to
 * run, or fails when `CI` is `true`.
 */
export function testWith(...tools: readonly Tool[]): (name: string, run: () => Promise<void>, limit?: number) => void {
  const missing = tools.filter((tool) => tool.path === undefined);
  if (missing.length === 0) return (name, run, limit) => test(name, run, limit);
  const remedy = missing.map((tool) => `needs ${tool.name} (${tool.problem}): ${tool.command}`).join("; ");
  console.log(remedy);
  if (process.env.CI !== "true") return (name) => test.skip(`${name} ${remedy}`, () => {});
  return (name) =>
    test(name, () => {
      throw new Error(remedy);
    });
}

function isGoTool(name: ToolName): name is keyof typeof GO_TOOLS {
  return name in GO_TOOLS;
}

async function findGoTool(name: keyof typeof GO_TOOLS): Promise<Tool> {
  const [source, version] = GO_TOOLS[name];
  const folder = join(CACHE, `${name}-${version}`);
  const path = join(folder, name);
  const command = `GOBIN=${folder} go install ${source}@${version}`;
  const problem = await installOnce(
    name,
    () => Bun.file(path).exists(),
    async () => {
      if (Bun.which("go") === null) return "there is no Go here";
      const partial = `${folder}.partial`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true });
      const environment = { GOBIN: partial, GOFLAGS: "-p=2", CGO_ENABLED: "0" };
      const failed = await runInstaller(["go", "install", `${source}@${version}`], environment);
      if (failed === undefined) renameSync(partial, folder);
      return failed;
    },
  );
  return { name, command, problem: problem ?? "", path: problem === undefined ? path : undefined };
}

/** The same for another program of Debian. @param packageName where the package is not called as the program */
export async function findDebianTool(name: string, packageName = name): Promise<Tool> {
  const problem = await installOnce(
    name,
    async () => Bun.which(name) !== null,
    async () => {
      if (Bun.which("apt-get") === null) return "there is no apt-get here";
      if (process.getuid?.() !== 0) return "installing it takes root";
      // With this run level a package starts no service.
      const environment = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
      const install = aptGet("install", "-y", "--no-install-recommends", packageName);
      return (await runInstaller(aptGet("update"), environment)) ?? (await runInstaller(install, environment));
    },
  );
  return { name, command: `apt-get update && apt-get install -y ${packageName}`, problem: problem ?? "", path: Bun.which(name) ?? undefined };
}

/** A command of apt-get that waits while another process of the tests runs one: apt-get itself fails then. */
export function aptGet(...args: readonly string[]): string[] {
  return ["flock", "--timeout", "300", join(tmpdir(), "opm-tests-apt.lock"), "apt-get", ...args];
}

/** Installs under a lock, which ends with the process, unless it is there already. Gives the problem, undefined when all is well. */
export async function installOnce(name: string, isThere: () => Promise<boolean>, install: () => Promise<string | undefined>): Promise<string | undefined> {
  if (await isThere()) return undefined;
  mkdirSync(CACHE, { recursive: true });
  const lock = new Database(join(CACHE, `${name}.lock`));
  try {
    lock.run(`PRAGMA busy_timeout = ${INSTALL_LIMIT}`);
    lock.run("BEGIN EXCLUSIVE");
    return (await isThere()) ? undefined : await install();
  } finally {
    lock.close();
  }
}

export async function runInstaller(command: readonly string[], environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  console.log(`installing: ${command.join(" ")}`);
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...environment },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: INSTALL_LIMIT,
    killSignal: "SIGKILL",
  });
  const [errors, code] = await Promise.all([child.stderr.text(), child.exited]);
  if (code === 0) return undefined;
  const reason = child.signalCode === null ? errors.trim().split("\n").at(-1) : `took longer than ${INSTALL_LIMIT / 60_000} minutes`;
  return `${command.slice(0, 2).join(" ")} failed: ${reason}`;
}
