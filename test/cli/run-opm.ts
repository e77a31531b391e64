import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Milliseconds after which a command is ended. */
const TIME_LIMIT = 50_000;

/** The program as it is written. */
export const SOURCE = join(import.meta.dir, "..", "..", "src", "main.ts");

/** The command that starts the program: the executable `OPM_TEST_BINARY`, else the running Bun with `OPM_TEST_MAIN`, a bundle of it, else with `src/main.ts`. */
export function opmCommand(): string[] {
  const binary = process.env.OPM_TEST_BINARY;
  return binary === undefined ? [process.execPath, process.env.OPM_TEST_MAIN ?? SOURCE] : [binary];
}

/** The environment of a command: nothing of ours but the path. */
export function opmEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? "", ...extra };
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs a command of the program to its end. */
export async function runOpm(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = Bun.spawn([...opmCommand(), ...args], {
    cwd: options.directory ?? tmpdir(),
    env: opmEnvironment(options.environment),
    stdin: options.stdin === undefined ? "ignore" : new Blob([options.stdin]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: TIME_LIMIT,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, stdout, stderr };
}

/** A folder of its own for a test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "opm-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
