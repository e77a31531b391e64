import { afterAll } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { outputSchemaOf } from "../../../src/cli/testing/output-schema.ts";
import { opmCommand } from "../../cli/run-opm.ts";
import { findTool } from "../../support/tools.ts";

/** Milliseconds for one command. */
const COMMAND_LIMIT = 60_000;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The judge: the real `cue`. */
export const cueTool = await findTool("cue");

/** A home of its own for `opm` and `cue`, with folders of modules. */
export interface Modules {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Writes the files of a module to a new folder, which it gives. `module.cue` stands for `cue.mod/module.cue`. */
  write(files: Readonly<Record<string, string>>): string;
  opm(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Any program. */
  run(command: readonly string[], options?: RunOptions): Promise<Ran>;
  cue(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs a command that must succeed with `--json`, and holds the answer against its schema. */
  json(args: readonly string[], options?: RunOptions): Promise<Record<string, unknown>>;
  /** Runs the judge where it must succeed; gives standard output. */
  judge(args: readonly string[], options?: RunOptions): Promise<string>;
  /** A path that no other call gave. */
  fresh(name?: string): string;
}

/** @param environment added to that of every command, e.g. where modules are */
export function useModules(environment: () => Readonly<Record<string, string>> = () => ({})): Modules {
  const path = mkdtempSync(join(tmpdir(), "opm-modules-"));
  afterAll(async () => {
    // what the module cache has is read-only
    await Bun.spawn(["chmod", "-R", "u+w", path]).exited;
    rmSync(path, { recursive: true, force: true });
  });
  const folder = (name: string) => {
    mkdirSync(join(path, name), { recursive: true, mode: 0o700 });
    return join(path, name);
  };
  const own = {
    HOME: folder("home"),
    DOCKER_CONFIG: folder("docker"),
    CUE_CONFIG_DIR: folder("config"),
    CUE_CACHE_DIR: folder("cache"),
    TMPDIR: folder("tmp"),
  };
  const helper = process.env.OPM_CUE_HELPER;
  let count = 0;
  const fresh = (name = "m") => join(path, `${name}-${count++}`);
  const run = async (command: readonly string[], options: RunOptions = {}): Promise<Ran> => {
    const child = Bun.spawn([...command], {
      cwd: options.directory ?? path,
      env: { PATH: process.env.PATH ?? "", ...own, ...(helper !== undefined && { OPM_CUE_HELPER: helper }), ...environment(), ...options.environment },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: COMMAND_LIMIT,
      killSignal: "SIGKILL",
    });
    const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { code, stdout, stderr };
  };
  const modules: Modules = {
    path,
    environment: own,
    fresh,
    run,
    write(files) {
      const root = fresh();
      for (const [name, text] of Object.entries(files)) {
        const file = join(root, name === "module.cue" ? "cue.mod/module.cue" : name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      return root;
    },
    opm: (args, options) => run([...opmCommand(), ...args], options),
    cue: (args, options) => run([cueTool.path ?? "cue", ...args], options),
    async json(args, options) {
      const { code, stdout, stderr } = await modules.opm([...args, "--json"], options);
      if (code !== 0) throw new Error(`opm ${args.join(" ")} exited with ${code}: ${stderr}${stdout}`);
      return (await outputSchemaOf(args)).parse(JSON.parse(stdout)) as Record<string, unknown>;
    },
    async judge(args, options) {
      const { code, stdout, stderr } = await modules.cue(args, options);
      if (code !== 0) throw new Error(`cue ${args.join(" ")} exited with ${code}: ${stderr}${stdout}`);
      return stdout.trim();
    },
  };
  return modules;
}

/** The text of a module file. */
export function moduleFile(
  path: string,
  { deps = {}, source = "self" }: { readonly deps?: Readonly<Record<string, string>>; readonly source?: string } = {},
): string {
  const lines = Object.entries(deps).map(([name, version]) => `\t${JSON.stringify(name)}: v: ${JSON.stringify(version)}\n`);
  const block = lines.length === 0 ? "" : `deps: {\n${lines.join("")}}\n`;
  const kind = source === "" ? "" : `source: kind: ${JSON.stringify(source)}\n`;
  return `module: ${JSON.stringify(path)}\nlanguage: version: "v0.17.0"\n${kind}${block}`;
}

/** A library without dependencies. */
export function base(extra = ""): Record<string, string> {
  return { "module.cue": moduleFile("lib.test/base@v1"), "base.cue": `package base\n\nx: 1\n${extra}` };
}
