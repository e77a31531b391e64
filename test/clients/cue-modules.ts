import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Tool } from "../support/tools.ts";
import type { Ran, Sandbox } from "./sandbox.ts";

/** Makes a CUE module with one file. Gives its folder. */
async function writeModule(cue: Tool, sandbox: Sandbox, path: string, source: string): Promise<string> {
  const directory = sandbox.fresh();
  mkdirSync(directory);
  await sandbox.succeed(cue, ["mod", "init", "--source", "self", path], { directory });
  await Bun.write(join(directory, "module.cue"), source);
  return directory;
}

/** Makes a module `path` that defines `#Number`, and publishes it. */
export async function publishLibrary(cue: Tool, sandbox: Sandbox, path: string, version: string, minimum = 0): Promise<Ran> {
  const directory = await writeModule(cue, sandbox, path, `package lib\n\n#Number: int & >=${minimum}\n`);
  return sandbox.run(cue, ["mod", "publish", version], { directory });
}

/** Makes a module that uses `#Number` of `library`; resolving it is up to the caller. Gives its folder. */
export function writeUser(cue: Tool, sandbox: Sandbox, library: string, value: number): Promise<string> {
  return writeModule(cue, sandbox, "test.example/user@v0", `package user\n\nimport "${library}:lib"\n\nx: lib.#Number & ${value}\n`);
}
