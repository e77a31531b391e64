import { beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useStubRegistry } from "../publish/stub-registry.ts";
import { base, moduleFile } from "../publish/use-modules.ts";
import { onTerminal } from "../support/on-terminal.ts";
import { APP, APP_DEPS, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(60_000);
const stub = useStubRegistry();
const registry = () => `${stub.host}/pre`;
const library = useLibrary(registry);
beforeEach(() => stub.reset());

/** Files of a cache, relative, without the files that only hold locks. */
function cacheFiles(cache: string): string[] {
  const entries = readdirSync(join(cache, "mod"), { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() && !entry.name.endsWith(".lock") ? [join(entry.parentPath, entry.name).slice(cache.length)] : [])).sort();
}

describe("the module file", () => {
  const text = [
    "// of an app",
    'module:   "app.test/main@v0" // its path',
    'language: version: "v0.17.0"',
    'description: "what it is for"',
    'source: kind: "self"',
    "// what it needs",
    "deps: {",
    "\t// the first one",
    '\t"lib.test/left@v0": v: "v0.1.0" // pinned by hand',
    '\t"lib.test/base@v1": {',
    '\t\tv: "v1.0.0" // low',
    "\t}",
    "}",
    'custom: "tool.test": {a: [1, 2]} // ours',
    "",
  ].join("\n");

  test("keeps its comments, its order and what cue does not know of", async () => {
    const app = library.project({ "module.cue": text, "main.cue": APP });
    await app.json("mod", "get", "lib.test/right@v0.1.0");
    const lines = app.text().split("\n");
    const kept = text.split("\n").map((line) => line.replace("v1.0.0", "v1.1.0"));
    for (const line of kept) expect(lines).toContain(line);
    expect(lines.filter((line) => !kept.includes(line)).join("\n")).toMatch(/^\t"lib\.test\/right@v0": (?:\{\n\t\tv: "v0\.1\.0"\n\t\}|v: "v0\.1\.0")$/m);
    await app.judge("vet", "./...");
  });

  test("says what that of cue says, and the cache has what cue would have put there", async () => {
    for (const references of [["lib.test/left@v0.1.0"], ["lib.test/left@v0.1.0", "lib.test/right@v0.1.0"], ["lib.test/base@v2.0.0", "lib.test/base@v1.0.0"]]) {
      const ours = library.project();
      const theirs = library.project();
      await ours.json("mod", "get", ...references);
      await theirs.judge("mod", "get", ...references);
      const parsed = async (project: typeof ours) => JSON.parse(await project.judge("export", "cue.mod/module.cue"));
      expect(await parsed(ours)).toEqual(await parsed(theirs));
    }
  });

  test("is about modules that are in the cache as cue has them there", async () => {
    const ours = library.project();
    const theirs = library.project(undefined, { CUE_CACHE_DIR: library.fresh("cache") });
    await ours.json("mod", "get", "lib.test/left@v0.1.0", "lib.test/right@v0.1.0");
    theirs.put("cue.mod/module.cue", ours.text());
    await theirs.judge("export");
    const at = (project: typeof ours) => project.environment.CUE_CACHE_DIR ?? "";
    const files = cacheFiles(at(ours));
    // the judge leaves out what it can do without
    expect(files).toEqual(expect.arrayContaining(cacheFiles(at(theirs))));
    for (const name of ["base@v1.1.0", "left@v0.1.0", "right@v0.1.0"]) {
      const [path, version] = name.split("@");
      for (const kind of ["mod", "zip"]) expect(files).toContain(`/mod/download/lib.test/${path}/@v/${version}.${kind}`);
      for (const file of ["x.cue", "cue.mod/module.cue"]) expect(files).toContain(`/mod/extract/lib.test/${name}/${file}`);
    }
    for (const file of cacheFiles(at(theirs)))
      expect([file, readFileSync(join(at(ours), file)).equals(readFileSync(join(at(theirs), file)))]).toEqual([file, true]);
    expect(statSync(join(at(ours), "mod/extract/lib.test/left@v0.1.0/x.cue")).mode).toBe(
      statSync(join(at(theirs), "mod/extract/lib.test/left@v0.1.0/x.cue")).mode,
    );
    const offline = ours.with({ CUE_REGISTRY: "127.0.0.1:1/pre" });
    for (const args of [["export"], ["vet", "./..."], ["mod", "tidy", "--check"]]) await offline.judge(...args);
  });

  test("stays where something fails, and the cache has no half file", async () => {
    const app = library.project();
    const before = app.text();
    stub.before = ({ path }, response) => {
      if (!path.includes("lib.test/base/blobs/")) return false;
      response.writeHead(500).end();
      return true;
    };
    const { code, stderr } = await app.opm("mod", "get", "lib.test/left@v0.1.0");
    expect([code, app.text()]).toEqual([3, before]);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(cacheFiles(app.environment.CUE_CACHE_DIR ?? "").filter((file) => /partial|tmp|base/.test(file))).toEqual([]);
    expect(existsSync(join(app.root, "cue.mod", ".opm.lock"))).toBe(false);
  });
});

test("who is on a terminal is asked whether to take the newest version of a major", async () => {
  const app = library.project();
  const no = await onTerminal(app, ["mod", "get", "lib.test/base@v1"], ["n"]);
  expect([no.code, await app.deps()]).toEqual([1, {}]);
  expect(no.text).toContain("Take v1.1.0, the newest stable version of lib.test/base@v1?");
  const yes = await onTerminal(app, ["mod", "get", "lib.test/base@v1"], ["y"]);
  expect([yes.code, await app.deps()]).toEqual([0, { "lib.test/base@v1": "v1.1.0" }]);
});

describe("a change that the module does not stand", () => {
  test("is made, and said with places and the way back", async () => {
    const deps = { "lib.test/base@v1": "v1.0.0" };
    const app = library.project({
      "module.cue": moduleFile("app.test/main@v0", { deps }),
      "m.cue": 'package main\n\nimport "lib.test/base@v1"\n\nbase\ny: 3\n',
    });
    const { code, stderr } = await app.opm("mod", "get", "lib.test/base@v1.1.0");
    expect([code, stderr]).toEqual([6, expect.stringMatching(/conflicting values[\s\S]*m\.cue:6:4[\s\S]*opm mod get lib\.test\/base@v1\.0\.0/)]);
    expect(await app.deps()).toEqual({ "lib.test/base@v1": "v1.1.0" });
  });

  test("is nothing to say where it was no better before", async () => {
    const app = library.project({
      "module.cue": moduleFile("app.test/main@v0", { deps: { "lib.test/base@v1": "v1.0.0" } }),
      "m.cue": "package main\n\na: 1\na: 2\n",
    });
    expect(await app.opm("mod", "get", "lib.test/base@v1.1.0")).toMatchObject({ code: 0 });
  });
});

describe("references", () => {
  test("with the host of the registry lead where the configuration has the module", async () => {
    const app = library.project();
    const output = await app.json("mod", "get", `${stub.host}/pre/lib.test/base@v1.1.0`, `${stub.host}/pre/lib.test/left:v0.1.0`);
    expect([await app.deps(), output.entries]).toEqual([{ "lib.test/base@v1": "v1.1.0", "lib.test/left@v0": "v0.1.0" }, []]);
  });

  test("to where the configuration does not lead name the entry that is missing", async () => {
    const app = library.project(undefined, { CUE_REGISTRY: "" });
    const { code, stderr } = await app.opm("mod", "get", `${stub.host}/pre/lib.test/base@v1.1.0`);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`registries: {"lib.test": "${stub.host}/pre"}, then run: opm mod get lib.test/base@v1.1.0`)]);
  });

  test("that nothing is configured for go to the host that they name, and the entry is told, with which cue goes on", async () => {
    const environment = { CUE_REGISTRY: "", HTTP_PROXY: `http://${stub.host}` };
    for (const path of ["hosted.test/team/blog", "hosted.test/blog"]) {
      const blog = library.project({ "module.cue": moduleFile(`${path}@v1`), "b.cue": "package blog\n\nposts: 3\n" }, environment);
      await blog.json("mod", "publish", "--plain-http", `${path}`, "v1.0.0");
      const app = library.project({ "module.cue": moduleFile("app.test/main@v0"), "m.cue": `package main\n\nimport "${path}@v1"\n\nout: blog\n` }, environment);
      const { entries, registry } = await app.json("mod", "get", "--plain-http", `${path}@v1.0.0`);
      expect([await app.deps(), app.has(`${path}@v1.0.0`)]).toEqual([{ [`${path}@v1`]: "v1.0.0" }, true]);
      expect(stub.seen().every(({ path: asked }) => asked.startsWith("http://hosted.test/v2/"))).toBe(true);
      const fresh = app.with({ CUE_REGISTRY: String(registry), CUE_CACHE_DIR: library.fresh("cache") });
      expect(JSON.parse(await fresh.judge("export"))).toEqual({ out: { posts: 3 } });
      mkdirSync(join(app.environment.HOME ?? "", ".opm"), { recursive: true });
      writeFileSync(join(app.environment.HOME ?? "", ".opm", "config.yaml"), `${(entries as string[]).join("\n")}\n`);
      expect(await app.json("mod", "get", "--force", `${path}@v1.0.0`)).toMatchObject({ entries: [], modules: [{ state: "fetched" }] });
      const { stderr } = await library.project(undefined, environment).opm("mod", "get", "--plain-http", `${path}@v1.0.0`);
      expect(stderr).toContain((entries as string[])[0] ?? "no entry");
      expect(stderr).toContain(`CUE_REGISTRY='${registry}'`);
      stub.reset();
    }
  });

  test("to the module itself are refused", async () => {
    const app = library.project();
    expect(await app.opm("mod", "get", "app.test/main@v0.1.0")).toMatchObject({ code: 2, stderr: expect.stringContaining("this module itself") });
  });

  test("that contradict each other are refused", async () => {
    const app = library.project();
    const { code, stderr } = await app.opm("mod", "get", "lib.test/base@v1.0.0", "lib.test/base@v1.1.0");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/conflicting.*v1\.0\.0.*v1\.1\.0/)]);
  });

  test("that are none are refused", async () => {
    const app = library.project();
    for (const reference of ["LIB.test/base@v1.0.0", "@v1.0.0", "lib.test//base@v1.0.0", "lib.test/../x@v1.0.0", "local@v1.0.0"]) {
      const { code, stderr } = await app.opm("mod", "get", reference);
      expect([reference, code, stderr]).toEqual([reference, expect.any(Number), expect.stringMatching(/^opm: [^\n]+\n$/)]);
      expect([2, 5]).toContain(code);
    }
    expect(await app.deps()).toEqual({});
  });
});

describe("outside of a module", () => {
  test("says how to make one", async () => {
    const app = library.project({ "x.cue": "" });
    expect(await app.opm("mod", "get")).toMatchObject({ code: 5, stderr: expect.stringContaining("opm mod init") });
  });

  test("and inside of cue.mod", async () => {
    const app = library.project();
    expect(await app.opm("mod", "get", "-C", "cue.mod")).toMatchObject({ code: 2, stderr: expect.stringContaining("cue.mod") });
  });
});

describe("module files with faults are refused, with places", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["no language version", 'module: "app.test/main@v0"\n', /opm mod fix/],
    ["a language version to come", 'module: "app.test/main@v0"\nlanguage: version: "v0.99.0"\n', /too new/],
    ["an unknown field", `${moduleFile("app.test/main@v0")}foo: 1\n`, /foo[\s\S]*cue\.mod\/module\.cue:4:1/],
    ["a major that is not that of the version", moduleFile("app.test/main@v0", { deps: { "lib.test/base@v1": "v0.1.0" } }), /lib\.test\/base@v1/],
    ["a version that is short", moduleFile("app.test/main@v0", { deps: { "lib.test/base@v1": "v1.0" } }), /v1\.0/],
  ];
  for (const [name, text, message] of cases) {
    test(name, async () => {
      const app = library.project({ "module.cue": text, "m.cue": "package main\n" });
      for (const args of [
        ["mod", "get", "lib.test/base@v1.0.0"],
        ["mod", "get"],
        ["mod", "update", "--check"],
        ["mod", "tidy"],
        ["mod", "graph"],
      ]) {
        const { code, stderr } = await app.opm(...args);
        expect([args, code, stderr]).toEqual([args, 2, expect.stringMatching(message)]);
      }
      expect(app.text()).toBe(text);
    });
  }
});

test("a module alone gets its dependencies from the folder above, too", async () => {
  const app = library.project({ "module.cue": moduleFile("app.test/main@v0", { deps: APP_DEPS }), "main.cue": APP, "sub/a.cue": "package sub\n" });
  expect(await app.json("mod", "get", "-C", "sub")).toMatchObject({ root: app.root, changed: [] });
});

test("a second major beside the first keeps what imports without major mean", async () => {
  const deps = { "lib.test/base@v1": "v1.1.0" };
  const app = library.project({ "module.cue": moduleFile("app.test/main@v0", { deps }), "m.cue": 'package main\n\nimport "lib.test/base"\n\nbase\n' });
  const before = await app.judge("export");
  await app.json("mod", "get", "lib.test/base@v2.0.0");
  expect(await app.judge("export")).toBe(before);
});

test("a library without dependencies has nothing to get", async () => {
  const app = library.project(base());
  const { code, stdout } = await app.opm("mod", "get");
  expect([code, stdout]).toEqual([0, ""]);
});
