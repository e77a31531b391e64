import { expect } from "bun:test";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Ran } from "../publish/use-modules.ts";
import type { Project } from "./use-library.ts";

/** Bytes of files that are told by their time. */
const LARGE = 2 ** 20;

/** Every file below a folder and what is in it, a link's target in its place. */
export function filesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }) as string[];
  const files = names.flatMap((name) => {
    const path = join(folder, name);
    const kind = lstatSync(path);
    if (kind.isDirectory()) return [];
    if (kind.size > LARGE) return [[name, `${kind.size} ${kind.mtimeMs}`] as const];
    return [[name, kind.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, "latin1")] as const];
  });
  return Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Files that a command must not leave in a cache. */
export function leftovers(cache: string): string[] {
  try {
    return (readdirSync(cache, { recursive: true }) as string[]).filter((name) => /\.partial$|\.tmp|\.opm\.lock$/.test(name));
  } catch {
    return [];
  }
}

export interface Refusal {
  readonly code: number;
  readonly stderr: RegExp;
}

/**
 * Runs a command that must fail in this way: as an error of `opm`, no stack trace, with no file of the module changed
 * and nothing half in the cache.
 */
export async function expectRefusal(project: Project, args: readonly string[], { code, stderr }: Refusal): Promise<Ran> {
  const before = filesBelow(project.root);
  const ran = await project.opm(...args);
  expect([args, ran.code, ran.stderr]).toEqual([args, code, expect.stringMatching(stderr)]);
  expect(ran.stderr).toMatch(/^opm: [^\n]+/m);
  expect(ran.stderr).not.toMatch(/^\s+at .*[(/].*:\d+|goroutine \d|panic:/m);
  expect(filesBelow(project.root)).toEqual(before);
  expect(leftovers(project.environment.CUE_CACHE_DIR ?? "")).toEqual([]);
  return ran;
}
