import { beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { outputSchemaOf } from "../../../src/cli/testing/output-schema.ts";
import { digestOf } from "../../../src/oci/digest.ts";
import { useRegistry } from "../../support/use-registry.ts";
import { moduleFile, useModules } from "../publish/use-modules.ts";

const { server } = useRegistry();
const modules = useModules(() => ({ CUE_REGISTRY: `127.0.0.1:${server().port}`, OPM_CACHE: join(modules.path, "content") }));
const { HOME: home = "", CUE_CACHE_DIR: cache = "" } = modules.environment;
const blobs = join(modules.path, "content", "blobs", "sha256");

beforeEach(async () => {
  await modules.opm(["cache", "clean", "--yes"]);
  rmSync(join(home, ".opm"), { recursive: true, force: true });
});

let count = 0;
/** A project with one dependency of its own, which `cue` fetches. */
async function project(): Promise<{ readonly root: string; readonly dependency: string }> {
  const dependency = `cached.test/lib${count++}`;
  const library = modules.write({ "module.cue": moduleFile(`${dependency}@v1`), "a.cue": "package a\n\nx: 1\n" });
  expect((await modules.opm(["mod", "publish", "v1.0.0"], { directory: library })).code).toBe(0);
  rmSync(library, { recursive: true });
  const root = modules.write({ "module.cue": moduleFile("app.test/main@v0"), "main.cue": `package main\n\nimport "${dependency}@v1:a"\n\nout: a.x\n` });
  await modules.judge(["mod", "tidy"], { directory: root });
  await modules.judge(["export"], { directory: root });
  return { root, dependency };
}

/** A blob in the cache of other content. */
function blob(content: string, as = content): string {
  const digest = digestOf(as);
  mkdirSync(blobs, { recursive: true });
  writeFileSync(join(blobs, digest.replace("sha256:", "")), content);
  return digest;
}

async function json(...args: readonly string[]): Promise<{ readonly code: number; readonly output: Record<string, unknown> }> {
  const { code, stdout } = await modules.opm(["cache", ...args, "--json"]);
  const schema = await outputSchemaOf(["cache", ...args]);
  return { code, output: schema.parse(JSON.parse(stdout)) as Record<string, unknown> };
}

const names = async () => ((await json("ls")).output.modules as { items: { path: string }[] }).items.map(({ path }) => path);

describe("opm cache", () => {
  test("ls says what there is, and how much of it", async () => {
    expect(await json("ls")).toMatchObject({ code: 0, output: { modules: { bytes: 0, items: [] }, content: { blobs: 0, bytes: 0 } } });
    const { dependency } = await project();
    blob("12345");
    const { output } = await json("ls");
    expect(output).toMatchObject({
      modules: { folder: cache, items: [{ path: `${dependency}@v1`, version: "v1.0.0", complete: true }] },
      content: { blobs: 1, bytes: 5 },
    });
    const { stdout, stderr } = await modules.opm(["cache", "ls"]);
    expect(stdout).toMatch(new RegExp(`^${dependency}@v1 +v1\\.0\\.0 +[0-9.]+ (?:Ki)?B +[0-9-]{10} +complete$`, "m"));
    expect(stderr).toContain("1 module version, ");
  });

  test("verify finds what somebody changed, names it and removes it", async () => {
    const { dependency, root } = await project();
    blob("intact");
    expect(await json("verify")).toEqual({ code: 0, output: { checked: 2, modules: [], blobs: [], bytesRemoved: 0 } });
    const file = join(cache, "mod", "extract", `${dependency}@v1.0.0`, "a.cue");
    chmodSync(file, 0o644);
    writeFileSync(file, "package a\n\nx: 2\n");
    const digest = blob("other", "damaged");
    const { code, output } = await json("verify");
    expect([code, output]).toEqual([
      6,
      {
        checked: 3,
        modules: [{ path: `${dependency}@v1`, version: "v1.0.0", problems: [expect.stringContaining("a.cue")] }],
        blobs: [digest],
        bytesRemoved: expect.any(Number),
      },
    ]);
    expect([existsSync(file), readdirSync(blobs).length]).toEqual([false, 1]);
    expect(await json("verify")).toMatchObject({ code: 0, output: { checked: 2, blobs: [] } });
    blob("other", "damaged");
    const { code: again, stdout, stderr } = await modules.opm(["cache", "verify"]);
    expect([again, stdout]).toEqual([6, expect.stringContaining(`${digest}: `)]);
    expect(stderr).toContain("1 of 3 were damaged and removed: they are fetched again when they are needed");
    expect((await modules.opm(["mod", "vet"], { directory: root })).code).toBe(0);
    expect(await Bun.file(file).text()).toContain("x: 1");
  });

  test("with --verbose the requests are told, and what comes from the cache", async () => {
    const { root, dependency } = await project();
    const hit = await modules.opm(["mod", "vet", "-v"], { directory: root });
    expect([hit.code, hit.stderr]).toEqual([0, expect.stringContaining(`cache hit: module ${dependency}@v1 v1.0.0\n`)]);
    expect((await modules.opm(["mod", "vet"], { directory: root })).stderr).not.toContain("cache hit");
    await modules.opm(["cache", "clean", "--yes"]);
    const fetched = await modules.opm(["mod", "vet", "-v"], { directory: root });
    expect([fetched.code, fetched.stderr]).toEqual([0, expect.stringMatching(/^GET http:\/\/\S+\/blobs\/sha256:[0-9a-f]{64} 200, \d+ bytes, \d+ ms$/m)]);
    expect(fetched.stderr).not.toContain("cache hit");
  });

  test("prune --unused keeps what projects need that opm worked on", async () => {
    const kept = await project();
    const gone = await project();
    for (const { root } of [kept, gone]) expect((await modules.opm(["mod", "resolve", "--deps"], { directory: root })).code).toBe(0);
    rmSync(gone.root, { recursive: true });
    const [known, other] = [`${kept.dependency}@v1`, `${gone.dependency}@v1`];
    expect((await json("prune", "--unused", "--dry-run")).output).toMatchObject({ dryRun: true, modules: [{ path: other, version: "v1.0.0" }] });
    expect(await names()).toEqual([known, other].sort());
    expect(await json("prune", "--unused")).toMatchObject({ code: 0, output: { dryRun: false, modules: [{ path: other }] } });
    expect(await names()).toEqual([known]);
    expect(existsSync(join(cache, "mod", "extract", `${gone.dependency}@v1.0.0`))).toBe(false);
    expect(readdirSync(join(home, ".opm", "projects"))).toHaveLength(1);
    await modules.judge(["export"], { directory: kept.root, environment: { CUE_REGISTRY: "none" } });
  });

  test("prune --older-than goes by when something was fetched", async () => {
    await project();
    blob("12345");
    expect((await json("prune", "--older-than", "1h")).output).toMatchObject({ modules: [], blobs: 0 });
    expect(await names()).toHaveLength(1);
    expect((await json("prune", "--older-than", "0s")).output).toMatchObject({ modules: [{ version: "v1.0.0" }], blobs: 1 });
    expect(await names()).toEqual([]);
  });

  test.each([
    [["prune"], "say what is to go: --older-than <age>, --unused, or both"],
    [["prune", "--unused"], "opm knows no project yet"],
    [["prune", "--older-than", "soon"], "Expected an age"],
  ])("%p is refused", async (args, message) => {
    const { code, stderr } = await modules.opm(["cache", ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("clean asks, and then removes everything, also what is read-only", async () => {
    await project();
    const digest = blob("12345");
    const asked = await modules.opm(["cache", "clean"]);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(/^opm: Remove 1 module version in .* and 1 blob .* give --yes\n$/)]);
    expect(await names()).toHaveLength(1);
    expect(await json("clean", "--yes")).toMatchObject({ code: 0, output: { modules: [{ version: "v1.0.0" }], blobs: 1 } });
    expect(await names()).toEqual([]);
    expect(existsSync(join(blobs, digest.replace("sha256:", "")))).toBe(false);
    expect(readdirSync(join(cache, "mod", "extract"))).toEqual([]);
  });
});
