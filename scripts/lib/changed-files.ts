import { ROOT } from "./root.ts";

/** What stands for the state that changes are made against, the first that is there. */
const BASES = ["main", "origin/main"];

/**
 * The files that differ from the merge base of HEAD and main, committed or not, deleted and new ones too.
 * @returns paths from the project's folder
 * @throws Error where git knows no such base
 */
export function changedFiles(): string[] {
  const base = BASES.map((name) => git("merge-base", "HEAD", name)?.trim()).find((commit) => commit !== undefined);
  const [tracked, untracked] =
    base === undefined ? [] : [git("diff", "--name-only", "--no-renames", "-z", base, "--", "."), git("ls-files", "--others", "--exclude-standard", "-z")];
  if (tracked === undefined || untracked === undefined) {
    throw new Error(`git knows no merge base with ${BASES.join(" or ")}: name parts of paths of test files instead, e.g. npm test -- src/config`);
  }
  return [...new Set(`${tracked}${untracked}`.split("\0"))].filter((path) => path !== "").sort();
}

/** What git prints; undefined when it fails, or is not there. */
function git(...args: readonly string[]): string | undefined {
  const path = Bun.which("git");
  if (path === null) return undefined;
  const { success, stdout } = Bun.spawnSync([path, "-c", "core.quotePath=false", ...args], { cwd: ROOT, stderr: "ignore" });
  return success ? stdout.toString() : undefined;
}
