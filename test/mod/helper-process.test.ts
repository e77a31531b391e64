import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHelper } from "../../src/modules/helper/create-helper.ts";
import { type HelperProcess, startHelperProcess } from "../../src/modules/helper/helper-process.ts";
import { eventually } from "../support/eventually.ts";

const FAKE = join(import.meta.dir, "support", "fake-helper.ts");

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opm-helper-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The file in which a helper that hangs says so. */
const markOf = (path: string) => `${path}.hangs`;

async function program(behaviour: string): Promise<string> {
  const path = join(folder, behaviour);
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${FAKE}' ${behaviour} '${markOf(path)}'\n`);
  await chmod(path, 0o755);
  return path;
}

async function withHelper<T>(
  behaviour: string,
  work: (call: (signal?: AbortSignal) => Promise<unknown>, process: () => HelperProcess) => Promise<T>,
): Promise<T> {
  const path = await program(behaviour);
  let running: HelperProcess | undefined;
  const start = async () => {
    running = startHelperProcess({ path, isCarried: false });
    return running;
  };
  const helper = createHelper({ start, methods: {}, startLimit: behaviour === "deaf" ? 300 : 20_000 });
  const call = (signal?: AbortSignal) =>
    helper.call("configure", { registry: "localhost", cache: folder }, signal && { signal }).catch((error: unknown) => error);
  try {
    return await work(call, () => {
      if (running === undefined) throw new Error("it was not started");
      return running;
    });
  } finally {
    await helper.close();
    await running?.ended;
  }
}

test.each([
  ["crash", "the CUE helper exited with 2 (panic: runtime error: index out of range [3]) while it worked on configure"],
  ["kill", "the CUE helper was ended by SIGKILL while it worked on configure"],
  ["torn", "the CUE helper exited with 0 while it worked on configure"],
  ["promise", "the CUE helper exited with 0 while it worked on configure"],
  ["mute", "the CUE helper closed its output while it worked on configure"],
  ["dead", "the CUE helper exited with 3 while it worked on start"],
  ["garbage", "broke the protocol: a frame of 1214606444"],
  ["huge", "broke the protocol: a frame of 67108865"],
  ["deaf", "did not answer within 0.3 s"],
])("a helper that is %s is one clear error, and soon", async (behaviour, message) => {
  const error = await withHelper(behaviour, (call) => call());
  expect(String(error)).toContain(message);
  expect(String(error)).not.toContain("\n");
  expect(error).toMatchObject({ name: "ModuleError", code: "general" });
});

test("what it says on standard error does not stop it", async () => {
  expect(await withHelper("noise", (call) => call())).toEqual({});
});

test("it is killed in the middle of a request", async () => {
  const error = await withHelper("hang", async (call, process) => {
    const answer = call();
    await eventually("the helper has the request", () => Bun.file(markOf(join(folder, "hang"))).exists());
    process().kill();
    return await answer;
  });
  expect(String(error)).toContain("the CUE helper was ended by SIGKILL while it worked on configure: run the command again");
});

test("a call that hangs can be given up", async () => {
  const error = await withHelper("hang", (call) => call(AbortSignal.timeout(300)));
  expect(error).toMatchObject({ name: "TimeoutError" });
});

test("what is no program is an error", async () => {
  const path = join(folder, "text");
  await writeFile(path, "hello");
  for (const name of [path, join(folder, "missing"), folder]) {
    expect(() => startHelperProcess({ path: name, isCarried: false })).toThrow(`the CUE helper ${name} cannot be started`);
  }
});

test("a process outlives the helper that it kills: where nobody reaps orphans, one would stay of each command", async () => {
  const options = JSON.stringify({ path: await program("deaf"), isCarried: false });
  const module = JSON.stringify(join(import.meta.dir, "../../src/modules/helper/helper-process.ts"));
  const script = `const { startHelperProcess } = await import(${module}); const helper = startHelperProcess(${options});
    helper.ended.then(console.log); helper.kill();`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 50_000 });
  expect([await child.stdout.text(), await child.stderr.text()]).toEqual(["was ended by SIGKILL\n", ""]);
});
