import { beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { opmCommand } from "../../cli/run-opm.ts";
import { useStubRegistry } from "../publish/stub-registry.ts";
import { type Project, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(90_000);
const stub = useStubRegistry();
const library = useLibrary(() => `${stub.host}/pre`);
beforeEach(() => stub.reset());

const EIGHT = [...Array(8).keys()];

test("eight that share an empty cache fetch each archive once", async () => {
  const cache = library.fresh("cache");
  const projects = EIGHT.map(() => library.project(undefined, { CUE_CACHE_DIR: cache }));
  const ran = await Promise.all(projects.map((project) => project.opm("mod", "get", "lib.test/left@v0.1.0", "lib.test/right@v0.1.0")));
  expect(ran.map(({ code, stderr }) => [code, /opm:/.test(stderr)])).toEqual(EIGHT.map(() => [0, false]));
  expect(new Set(projects.map((project) => project.text())).size).toBe(1);
  const blobs = stub.seen().filter(({ method, path }) => method === "GET" && path.includes("/blobs/"));
  const counts = Map.groupBy(blobs, ({ path }) => path);
  expect([...counts].map(([path, asked]) => [path, asked.length])).toEqual([...counts.keys()].map((path) => [path, 1]));
  // archives and module files
  const modules = new Set([...counts.keys()].map((path) => path.replace(/\/blobs\/.*/, "")));
  expect([...modules].sort()).toEqual(["base", "left", "right"].map((name) => `/v2/pre/lib.test/${name}`));
  await projects[0]?.judge("export");
});

test("eight that change one module file change it one after the other", async () => {
  const project = library.project();
  const wanted = ["left@v0.1.0", "left@v0.1.1", "left@v0.2.0", "right@v0.1.0", "base@v1.1.0", "base@v2.0.0", "right@v0.1.0", "base@v1.1.0"];
  const ran = await Promise.all(wanted.map((name) => project.opm("mod", "get", `lib.test/${name}`)));
  expect(ran.map(({ code }) => code)).toEqual(wanted.map(() => 0));
  expect(await project.deps()).toEqual({
    "lib.test/base@v1": "v1.1.0",
    "lib.test/base@v2": "v2.0.0",
    "lib.test/left@v0": expect.stringMatching(/^v0\.(?:1\.0|1\.1|2\.0)$/),
    "lib.test/right@v0": "v0.1.0",
  });
  expect(existsSync(join(project.root, "cue.mod", ".opm.lock"))).toBe(false);
  await project.judge("export");
});

test("opm and cue go together on one cache", async () => {
  const cache = library.fresh("cache");
  const projects = EIGHT.map(() => library.project(undefined, { CUE_CACHE_DIR: cache }));
  const args = ["mod", "get", "lib.test/left@v0.1.0", "lib.test/right@v0.1.0"];
  await Promise.all(projects.map((project, index) => (index % 2 === 0 ? project.json(...args) : project.judge(...args))));
  for (const project of projects) expect(JSON.parse(await project.judge("export"))).toEqual({ out: { x: 1, y: 2, l: 1, r: 1 } });
});

/** A `get` that is under way, with the lock of the module, and waits for a registry that says nothing. */
async function getUnderWay(project: Project): Promise<Bun.Subprocess<"ignore", "ignore", "pipe">> {
  const asked = Promise.withResolvers<void>();
  stub.before = ({ path }) => {
    if (!path.includes("/lib.test/left/blobs/")) return false;
    asked.resolve();
    return true;
  };
  const child = Bun.spawn([...opmCommand(), "mod", "get", "lib.test/left@v0.1.0"], {
    cwd: project.root,
    env: { PATH: process.env.PATH ?? "", ...project.environment },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  await asked.promise;
  return child;
}

test("Ctrl-C leaves nothing behind", async () => {
  const project = library.project();
  const before = project.text();
  const child = await getUnderWay(project);
  child.kill("SIGINT");
  expect([await child.exited, await child.stderr.text()]).toEqual([130, expect.stringMatching(/^opm: interrupted[^\n]*\n$/)]);
  expect([project.text(), existsSync(join(project.root, "cue.mod", ".opm.lock"))]).toEqual([before, false]);
  stub.reset();
  expect(await project.opm("mod", "get", "lib.test/left@v0.1.0")).toMatchObject({ code: 0 });
});

test("a command that is killed keeps no other waiting, whatever it left", async () => {
  const project = library.project();
  const child = await getUnderWay(project);
  child.kill("SIGKILL");
  await child.exited;
  stub.reset();
  for (const text of [undefined, "", '{"pid":1,"host":"another"}']) {
    if (text !== undefined) project.put("cue.mod/.opm.lock", text);
    expect(await project.opm("mod", "get", "lib.test/left@v0.1.0")).toMatchObject({ code: 0 });
    expect(readdirSync(join(project.root, "cue.mod"))).toEqual(["module.cue"]);
  }
});
