import { afterAll, expect } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { outputSchemaOf } from "../../src/cli/testing/output-schema.ts";
import { type Ran, type RunOptions, runOpm, temporaryFolder } from "../cli/run-opm.ts";

/** A home of its own for the client: nothing of the user's is read or written. */
export interface ClientUnderTest {
  /** A path that no other call gave. */
  fresh(): string;
  /** Runs a command, whatever comes of it. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs one that must succeed, without a word on standard error beside progress. Gives standard output. */
  succeed(...args: readonly string[]): Promise<string>;
  /** Runs one with `--json` that must succeed, and holds the answer against its schema. */
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
  /** Of every command. */
  readonly environment: Readonly<Record<string, string>>;
}

export function useClient(): ClientUnderTest {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const own = (name: string) => {
    mkdirSync(join(folder.path, name), { recursive: true, mode: 0o700 });
    return join(folder.path, name);
  };
  const environment = { HOME: own("home"), DOCKER_CONFIG: own("docker"), XDG_CACHE_HOME: own("cache"), XDG_CONFIG_HOME: own("config"), TMPDIR: own("tmp") };
  let count = 0;

  const run = (args: readonly string[], options: RunOptions = {}) =>
    runOpm(args, { directory: folder.path, ...options, environment: { ...environment, ...options.environment } });
  async function succeed(...args: readonly string[]) {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0) throw new Error(`opm ${args.join(" ")} exited with ${code}: ${stderr}`);
    return stdout;
  }
  return {
    fresh: () => join(folder.path, `fresh-${count++}`),
    environment,
    run,
    succeed,
    async json(...args) {
      const output: unknown = JSON.parse(await succeed(...args, "--json"));
      return (await outputSchemaOf(args)).parse(output) as Record<string, unknown>;
    },
  };
}

/** One line of an error, and its exit code. */
export function expectFailure({ code, stdout, stderr }: Ran, exitCode: number, message: RegExp): void {
  expect({ code, stdout, stderr }).toEqual({ code: exitCode, stdout: "", stderr: expect.stringMatching(message) });
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
}
