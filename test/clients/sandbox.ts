import { afterAll } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tool } from "../support/tools.ts";

/** Milliseconds for one command. */
const COMMAND_LIMIT = 60_000;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
  readonly directory?: string;
}

/** A home of its own for clients: what one remembers (log-ins, caches, settings) is gone after the tests of the file. */
export interface Sandbox {
  readonly path: string;
  /** A path below it that no other call gave. */
  fresh(): string;
  /** Runs a client to its end and gives what came of it. */
  run(tool: Tool, args: readonly string[], options?: RunOptions): Promise<Ran>;
  /**
   * The same for what must succeed; gives standard output without the space around it.
   * @throws Error with what it printed
   */
  succeed(tool: Tool, args: readonly string[], options?: RunOptions): Promise<string>;
}

/** @param environment added to that of every command */
export function useSandbox(environment: () => Readonly<Record<string, string>> = () => ({})): Sandbox {
  const path = mkdtempSync(join(tmpdir(), "opm-clients-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const folder = (name: string) => {
    mkdirSync(join(path, name), { recursive: true, mode: 0o700 });
    return join(path, name);
  };
  const own = {
    HOME: folder("home"),
    DOCKER_CONFIG: folder("docker"),
    REGISTRY_AUTH_FILE: join(folder("containers"), "auth.json"),
    REGCTL_CONFIG: join(folder("regctl"), "config.json"),
    XDG_CONFIG_HOME: folder("config"),
    XDG_CACHE_HOME: folder("cache"),
    XDG_DATA_HOME: folder("data"),
    XDG_RUNTIME_DIR: folder("runtime"),
    TMPDIR: folder("tmp"),
    CUE_CACHE_DIR: folder("cue-cache"),
    CUE_CONFIG_DIR: folder("cue-config"),
  };
  let count = 0;

  async function run(tool: Tool, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const child = Bun.spawn([tool.path ?? tool.name, ...args], {
      cwd: options.directory ?? path,
      env: { PATH: process.env.PATH ?? "", ...own, ...environment() },
      stdin: options.stdin === undefined ? "ignore" : new Blob([options.stdin]),
      stdout: "pipe",
      stderr: "pipe",
      timeout: COMMAND_LIMIT,
      killSignal: "SIGKILL",
    });
    const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { code, stdout, stderr };
  }

  return {
    path,
    fresh: () => join(path, `fresh-${count++}`),
    run,
    async succeed(tool, args, options) {
      const { code, stdout, stderr } = await run(tool, args, options);
      if (code !== 0) throw new Error(`${tool.name} ${args.join(" ")} exited with ${code}:\n${stdout}${stderr}`);
      return stdout.trim();
    },
  };
}
