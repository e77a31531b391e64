import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../../src/oci/digest.ts";
import { useStubRegistry } from "./stub-registry.ts";
import { moduleFile, useModules } from "./use-modules.ts";

setDefaultTimeout(90_000);
const stub = useStubRegistry();
const modules = useModules(() => ({ CUE_REGISTRY: `${stub.host}/pre` }));
afterEach(() => stub.reset());

const IMPORTS = 'import (\n\t"lib.test/left@v0"\n\t"lib.test/right@v0"\n)\n';
const DEPS = { "lib.test/base@v1": "v1.1.0", "lib.test/left@v0": "v0.1.0", "lib.test/right@v0": "v0.1.0" };
const OUT = { out: { x: 1, y: 2, l: 1, r: 1 } };
/** Nobody is there. */
const NOWHERE = { CUE_REGISTRY: "127.0.0.1:1" };

beforeAll(async () => {
  const publish = (files: Readonly<Record<string, string>>, version: string) => modules.judge(["mod", "publish", version], { directory: modules.write(files) });
  await publish({ "module.cue": moduleFile("lib.test/base@v1"), "b.cue": "package base\n\nx: 1\n" }, "v1.0.0");
  await publish({ "module.cue": moduleFile("lib.test/base@v1"), "b.cue": "package base\n\nx: 1\ny: 2\n" }, "v1.1.0");
  for (const [name, version] of [
    ["left", "v1.0.0"],
    ["right", "v1.1.0"],
  ] as const) {
    const text = `package ${name}\n\nimport "lib.test/base@v1"\n\nbase\n${name[0]}: 1\n`;
    await publish({ "module.cue": moduleFile(`lib.test/${name}@v0`, { deps: { "lib.test/base@v1": version } }), "a.cue": text }, "v0.1.0");
  }
});

const app = () => modules.write({ "module.cue": moduleFile("app.test/main@v0", { deps: DEPS }), "a.cue": `package main\n\n${IMPORTS}\nout: {left, right}\n` });
const cold = () => ({ CUE_CACHE_DIR: modules.fresh("cache") });

/** The names of a folder's files, and digests of their content. */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => [join(entry.parentPath, entry.name).slice(folder.length), digestOf(readFileSync(join(entry.parentPath, entry.name)))]),
  );
}

describe("what is kept beside a module", () => {
  test("is all that it takes without registries and cache", async () => {
    const root = app();
    const output = await modules.json(["mod", "vendor"], { directory: root });
    const versions = (output.modules as { path: string; version: string }[]).map(({ path, version }) => `${path} ${version}`);
    expect(versions).toEqual(["lib.test/base@v1 v1.1.0", "lib.test/base@v1 v1.0.0", "lib.test/left@v0 v0.1.0", "lib.test/right@v0 v0.1.0"]);
    for (const option of ["--vendor", "--offline"]) {
      const built = await modules.opm(["mod", "build", "-e", "out", "-o", "json", option], { directory: root, environment: { ...NOWHERE, ...cold() } });
      expect([built.code, built.stderr]).not.toEqual([3, expect.anything()]);
      expect(await modules.opm(["mod", "vet", option], { directory: root, environment: { ...NOWHERE, ...cold() } })).toMatchObject({ code: 0 });
    }
    // cue goes by its own ways, and takes no notice of the folder
    expect(JSON.parse(await modules.judge(["export", "."], { directory: root, environment: cold() }))).toEqual(OUT);
    await modules.judge(["vet", "./..."], { directory: root });
    await modules.judge(["mod", "tidy", "--check"], { directory: root });
    const published = await modules.json(["mod", "publish", "--dry-run", "v0.1.0"], { directory: root });
    expect((published.files as { path: string }[]).map(({ path }) => path)).toEqual(["a.cue", "cue.mod/module.cue"]);
  });

  test("is an OCI layout, which a repository with many modules takes as it is", async () => {
    const root = app();
    await modules.json(["mod", "vendor"], { directory: root });
    const layout = join(root, "cue.mod", "vendor");
    const index = await Bun.file(join(layout, "index.json")).json();
    for (const { annotations } of index.manifests as { annotations: Record<string, string> }[]) {
      const tag = annotations["org.opencontainers.image.ref.name"] ?? "";
      expect(await modules.opm(["copy", `oci:${layout}:${tag}`, `${stub.host}/many/modules:${tag}`])).toMatchObject({ code: 0 });
    }
    const registry = `inline:{defaultRegistry: {registry: "${stub.host}/many/modules", pathEncoding: "hashAsTag"}}`;
    expect(JSON.parse(await modules.judge(["export", "."], { directory: root, environment: { CUE_REGISTRY: registry, ...cold() } }))).toEqual(OUT);
  });

  test("is written again only where it has to", async () => {
    const root = app();
    const vendor = join(root, "cue.mod", "vendor");
    await modules.json(["mod", "vendor"], { directory: root });
    const before = contentOf(vendor);
    expect(await modules.json(["mod", "vendor"], { directory: root, environment: NOWHERE })).toMatchObject({ added: [], removed: [], damaged: 0 });
    expect(contentOf(vendor)).toEqual(before);
    expect(await modules.opm(["mod", "vendor", "--check"], { directory: root, environment: NOWHERE })).toMatchObject({ code: 0 });
  });

  test("loses what is no longer needed, and is repaired where it is damaged", async () => {
    const root = app();
    const vendor = join(root, "cue.mod", "vendor");
    await modules.json(["mod", "vendor"], { directory: root });
    const before = contentOf(vendor);
    const blobs = readdirSync(join(vendor, "blobs", "sha256"));
    for (const blob of blobs)
      writeFileSync(
        join(vendor, "blobs", "sha256", blob),
        readFileSync(join(vendor, "blobs", "sha256", blob)).map((byte) => byte ^ 1),
      );
    const checked = await modules.opm(["mod", "vendor", "--check"], { directory: root });
    expect([checked.code, checked.stderr]).toEqual([6, expect.stringContaining("opm mod vendor")]);
    expect(await modules.json(["mod", "vendor"], { directory: root })).toMatchObject({ damaged: blobs.length });
    expect(contentOf(vendor)).toEqual(before);
    await Bun.write(join(root, "cue.mod", "module.cue"), moduleFile("app.test/main@v0", { deps: { "lib.test/base@v1": "v1.0.0" } }));
    const output = await modules.json(["mod", "vendor"], { directory: root });
    expect((output.removed as unknown[]).length).toBe(3);
    // config, zip, module file, manifest
    expect(readdirSync(join(vendor, "blobs", "sha256"))).toHaveLength(4);
    await Bun.write(join(root, "cue.mod", "module.cue"), moduleFile("app.test/main@v0"));
    await modules.json(["mod", "vendor"], { directory: root });
    expect(readdirSync(join(root, "cue.mod"))).toEqual(["module.cue"]);
  });

  test("that has to be there and is not", async () => {
    const { code, stderr } = await modules.opm(["mod", "vet", "--vendor"], { directory: app() });
    expect([code, stderr]).toEqual([5, expect.stringContaining("opm mod vendor")]);
  });

  test("has no other module's content", async () => {
    const manifest = stub.manifests.get("pre/lib.test/base:v1.1.0");
    if (manifest === undefined) throw new Error("nothing was published");
    stub.manifests.set("pre/lib.test/left:v0.1.0-foreign", manifest);
    const root = modules.write({ "module.cue": moduleFile("app.test/f@v0", { deps: { "lib.test/left@v0": "v0.1.0-foreign" } }), "a.cue": "package f\n" });
    // the repository of another module has the blobs, too: only the name says that it is wrong
    stub.before = ({ path }, response) => {
      const [, digest] = /\/left\/blobs\/(sha256:.*)/.exec(path) ?? [];
      if (digest !== undefined) response.writeHead(307, { Location: `/v2/pre/lib.test/base/blobs/${digest}` }).end();
      return digest !== undefined;
    };
    const { code, stderr } = await modules.opm(["mod", "vendor"], { directory: root });
    expect([code, stderr]).toEqual([2, expect.stringContaining("content of lib.test/base@v1")]);
    stub.manifests.delete("pre/lib.test/left:v0.1.0-foreign");
  });
});

describe("a bundle", () => {
  test("is the same file each time, and fills the cache of cue", async () => {
    const root = app();
    const [one, other] = [modules.fresh("bundle"), modules.fresh("bundle")];
    await modules.json(["mod", "bundle", "save", one], { directory: root });
    await modules.json(["mod", "bundle", "save", other], { directory: root });
    expect(digestOf(readFileSync(one))).toBe(digestOf(readFileSync(other)));
    const environment = { ...NOWHERE, ...cold() };
    const loaded = await modules.json(["mod", "bundle", "load", one], { environment });
    expect((loaded.modules as { state: string }[]).map(({ state }) => state)).toEqual(Array(4).fill("fetched"));
    expect(JSON.parse(await modules.judge(["export", "."], { directory: root, environment }))).toEqual(OUT);
    const again = await modules.json(["mod", "bundle", "load", one], { environment });
    expect((again.modules as { state: string }[]).map(({ state }) => state)).toEqual(Array(4).fill("cached"));
  });

  test("goes into a registry, dependencies first, and only once", async () => {
    const file = modules.fresh("bundle");
    await modules.json(["mod", "bundle", "save", file, "lib.test/right@v0.1.0"]);
    stub.reset();
    const loaded = await modules.json(["mod", "bundle", "load", "--to", `${stub.host}/loaded`, file]);
    expect((loaded.modules as { state: string }[]).map(({ state }) => state)).toEqual(["copied", "copied"]);
    const tagged = stub.writes().filter((line) => line.includes("/manifests/v"));
    expect(tagged).toEqual(["PUT /v2/loaded/lib.test/base/manifests/v1.1.0", "PUT /v2/loaded/lib.test/right/manifests/v0.1.0"]);
    stub.reset();
    const again = await modules.json(["mod", "bundle", "load", "--to", `${stub.host}/loaded`, file]);
    expect((again.modules as { state: string }[]).map(({ state }) => state)).toEqual(["present", "present"]);
  });

  test("that is none, or is there already", async () => {
    const text = modules.fresh("text");
    await Bun.write(text, "no archive");
    expect(await modules.opm(["mod", "bundle", "load", text])).toMatchObject({ code: 2 });
    const there = await modules.opm(["mod", "bundle", "save", text, "lib.test/base@v1.0.0"]);
    expect([there.code, readFileSync(text, "utf8")]).toEqual([2, "no archive"]);
    expect(await modules.opm(["mod", "bundle", "load", modules.fresh("none")])).toMatchObject({ code: 5 });
  });
});

describe("a mirror", () => {
  test("has the same digests, with what a version requires before it", async () => {
    const args = ["mod", "mirror", "--to", `${stub.host}/mirror`, "lib.test/left@v0.1.0"];
    stub.reset();
    const planned = await modules.json([...args, "--dry-run"]);
    expect([stub.writes(), (planned.modules as { state: string }[]).map(({ state }) => state)]).toEqual([[], ["planned", "planned"]]);
    const output = await modules.json(args);
    expect((output.modules as { state: string }[]).map(({ state }) => state)).toEqual(["copied", "copied"]);
    for (const tag of ["lib.test/left:v0.1.0", "lib.test/base:v1.0.0"])
      expect(stub.manifests.get(`mirror/${tag}`)?.bytes).toEqual(stub.manifests.get(`pre/${tag}`)?.bytes);
    // the judge finds nothing to do
    stub.reset();
    await modules.judge(["mod", "mirror", "--from", `${stub.host}/pre`, "--to", `${stub.host}/mirror`, "lib.test/left@v0.1.0"]);
    expect(stub.writes().filter((line) => line.includes("manifests"))).toEqual([]);
  });

  test("of all versions, and of what a module requires", async () => {
    const all = await modules.json(["mod", "mirror", "--to", `${stub.host}/all`, "--all-versions", "lib.test/base"]);
    expect((all.modules as { version: string }[]).map(({ version }) => version)).toEqual(["v1.0.0", "v1.1.0"]);
    const mine = await modules.json(["mod", "mirror", "--to", `${stub.host}/mine`], { directory: app() });
    expect((mine.modules as unknown[]).length).toBe(4);
    const alone = await modules.json(["mod", "mirror", "--no-deps", "--to", `${stub.host}/alone`, "lib.test/left@v0.1.0"]);
    expect((alone.modules as unknown[]).length).toBe(1);
  });

  test("never changes a version that is there", async () => {
    const other = modules.write({ "module.cue": moduleFile("lib.test/base@v1"), "o.cue": "package base\n" });
    await modules.judge(["mod", "publish", "v1.0.0"], { directory: other, environment: { CUE_REGISTRY: `${stub.host}/taken` } });
    const before = stub.manifests.get("taken/lib.test/base:v1.0.0");
    const { code, stderr } = await modules.opm(["mod", "mirror", "--to", `${stub.host}/taken`, "lib.test/left@v0.1.0"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("other content")]);
    expect([stub.manifests.get("taken/lib.test/base:v1.0.0"), stub.manifests.has("taken/lib.test/left:v0.1.0")]).toEqual([before, false]);
  });

  test("wants versions, and a place to go to", async () => {
    for (const [args, code] of [
      [["--to", `${stub.host}/x`, "lib.test/base"], 2],
      [["--to", `${stub.host}/x`, "lib.test/base@latest"], 2],
      [["--to", `${stub.host}/x`, "lib.test/none@v1.0.0"], 5],
      [["--to", "http://x", "lib.test/base@v1.0.0"], 2],
      [["--to", "127.0.0.1:1", "lib.test/base@v1.0.0"], 3],
      [["lib.test/base@v1.0.0"], 2],
    ] as const) {
      expect(await modules.opm(["mod", "mirror", ...args])).toMatchObject({ code, stdout: "" });
    }
  });
});

test("nothing of a vendored module is left in the folder for temporary files", () => {
  const folder = modules.environment.TMPDIR ?? "";
  expect(readdirSync(folder).filter((name) => name.startsWith("opm-"))).toEqual([]);
  rmSync(folder, { recursive: true });
});
