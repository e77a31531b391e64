import { describe, expect } from "bun:test";
import { join } from "node:path";
import { findTool, testWith } from "../support/tools.ts";
import { useRegistry } from "../support/use-registry.ts";
import { publishLibrary, writeUser } from "./cue-modules.ts";
import { useSandbox } from "./sandbox.ts";

const tool = await findTool("cue");
const test = testWith(tool);
const { client, server } = useRegistry();
// For every module: nothing is asked of the central registry.
const sandbox = useSandbox(() => ({ CUE_REGISTRY: `127.0.0.1:${server().port}+insecure` }));

let count = 0;
const freshModule = () => `test.example/lib${count++}@v0`;

async function publish(path: string, version: string, minimum?: number): Promise<void> {
  expect(await publishLibrary(tool, sandbox, path, version, minimum)).toMatchObject({ code: 0 });
}

describe("cue", () => {
  test("publishes a module, which another one then uses", async () => {
    const library = freshModule();
    await publish(library, "v0.1.0");
    const directory = await writeUser(tool, sandbox, library, 3);
    await sandbox.succeed(tool, ["mod", "tidy"], { directory });
    expect(JSON.parse(await sandbox.succeed(tool, ["export"], { directory }))).toEqual({ x: 3 });
    expect(await Bun.file(join(directory, "cue.mod", "module.cue")).text()).toContain('v: "v0.1.0"');
    expect((await client.get(`/v2/${library.replace("@v0", "")}/tags/list`)).json()).toMatchObject({ tags: ["v0.1.0"] });
  });

  test("takes the highest version, and the one that is asked for", async () => {
    const library = freshModule();
    for (const [minimum, version] of ["v0.1.0", "v0.2.0", "v0.10.0"].entries()) await publish(library, version, minimum);
    const directory = await writeUser(tool, sandbox, library, 1);
    const required = () => Bun.file(join(directory, "cue.mod", "module.cue")).text();
    await sandbox.succeed(tool, ["mod", "get", `${library.replace("@v0", "")}@latest`], { directory });
    expect(await required()).toContain('v: "v0.10.0"');
    const refused = await sandbox.run(tool, ["vet", "-c"], { directory });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("out of bound >=2")]);
    await sandbox.succeed(tool, ["mod", "get", `${library.replace("@v0", "")}@v0.2.0`], { directory });
    expect(await required()).toContain('v: "v0.2.0"');
    await sandbox.succeed(tool, ["vet", "-c"], { directory });
  });

  test("says which module is missing", async () => {
    const directory = await writeUser(tool, sandbox, "test.example/absent@v0", 1);
    const refused = await sandbox.run(tool, ["mod", "tidy"], { directory });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("test.example/absent")]);
  });
});
