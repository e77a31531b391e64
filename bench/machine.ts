import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";

/** What a run was made on. */
export interface Machine {
  readonly cpu: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Of Linux. */
  readonly kernel: string;
  readonly arch: string;
}

/** This machine. */
export function thisMachine(): Machine {
  const all = cpus();
  return { cpu: all[0]?.model ?? "unknown", cpus: all.length, memory: totalmem(), kernel: release(), arch: process.arch };
}

/** The commit that is measured, with `+` behind it where files differ from it; undefined where there is no git. */
export function thisCommit(): string | undefined {
  const cwd = join(import.meta.dir, "..");
  const git = (...args: string[]) => {
    const run = Bun.spawnSync(["git", ...args], { cwd, stderr: "ignore", timeout: 20_000 });
    return run.success ? run.stdout.toString().trim() : undefined;
  };
  if (Bun.which("git") === null) return undefined;
  const commit = git("rev-parse", "HEAD");
  return commit === undefined ? undefined : `${commit}${git("status", "--porcelain") === "" ? "" : "+"}`;
}
