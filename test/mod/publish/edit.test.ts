import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { moduleFile, useModules } from "./use-modules.ts";

setDefaultTimeout(60_000);
const modules = useModules(() => ({ CUE_REGISTRY: "127.0.0.1:1" }));
const textOf = (root: string, name = "module.cue") => Bun.file(join(root, "cue.mod", name)).text();

describe("opm mod init", () => {
  test("makes what cue makes", async () => {
    for (const [ours, theirs] of [
      [["new.test/mod@v1"], ["--source", "self", "new.test/mod@v1"]],
      [
        ["--source", "git", "new.test/mod"],
        ["--source", "git", "new.test/mod"],
      ],
      // without a major it says nothing that cue does not say
      [["new.test/mod"], ["new.test/mod"]],
      [[], []],
      [
        ["--language-version", "v0.15.0", "new.test/mod"],
        ["--language-version", "v0.15.0", "new.test/mod"],
      ],
      [
        ["--language", "v0.15.0", "new.test/mod@v0"],
        ["--source", "self", "--language-version", "v0.15.0", "new.test/mod@v0"],
      ],
    ] as const) {
      const root = modules.fresh();
      expect(await modules.json(["mod", "init", "-C", root, ...ours])).toMatchObject({ root, changed: ["cue.mod/module.cue"] });
      const judged = modules.write({});
      mkdirSync(judged, { recursive: true });
      await modules.judge(["mod", "init", ...theirs], { directory: judged });
      expect([await textOf(root), readdirSync(join(root, "cue.mod"))]).toEqual([await textOf(judged), ["module.cue"]]);
    }
  });

  test("says what a module without a source needs before it is published", async () => {
    const root = modules.write({ "x.cue": "package x\n" });
    const made = await modules.opm(["mod", "init", "new.test/x"], { directory: root });
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("opm mod edit --source self")]);
    const refused = await modules.opm(["mod", "publish", "--dry-run", "--out", "out", "v0.1.0"], { directory: root });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("opm mod edit --source self")]);
  });

  test("makes nothing of what cannot be", async () => {
    for (const path of ["Upper.test/x", "nodot", "a.test/x@v1.0.0", "a.test//x", "local"]) {
      const root = modules.fresh();
      expect([(await modules.opm(["mod", "init", "-C", root, path])).code, existsSync(root)]).toEqual([2, false]);
    }
    const root = modules.write({ "module.cue": moduleFile("a.test") });
    const { code, stderr } = await modules.opm(["mod", "init", "b.test"], { directory: root });
    expect([code, stderr, await textOf(root)]).toEqual([2, expect.stringContaining("is a module already"), moduleFile("a.test")]);
    expect((await modules.opm(["mod", "init", "b.test"], { directory: join(root, "cue.mod") })).code).toBe(2);
  });
});

const COMMENTED = `// what this is
module: "a.test/x@v0" // its name
language: version: "v0.17.0"
source: kind: "self"
// what it needs
deps: {
	"b.test/y@v1": v: "v1.0.0" // the best
}
description: "a thing"
`;

describe("opm mod edit", () => {
  test("changes what it is told to and nothing else", async () => {
    const root = modules.write({ "module.cue": COMMENTED, "sub/x.cue": "" });
    const edit = (...args: readonly string[]) => modules.json(["mod", "edit", ...args], { directory: join(root, "sub") });
    expect(await edit("--require", "b.test/y@v1.2.0", "--source", "git")).toMatchObject({ root, changed: ["cue.mod/module.cue"] });
    expect(await textOf(root)).toBe(COMMENTED.replace("v1.0.0", "v1.2.0").replace('"self"', '"git"'));
    expect(await edit("--source", "git")).toMatchObject({ changed: [] });
    await edit("--description", "another thing", "--module", "a.test/z@v0", "--language", "v0.16.0");
    expect(await textOf(root)).toContain('module: "a.test/z@v0" // its name');
    await edit("--drop-description", "--drop-require", "b.test/y@v1");
    const text = await textOf(root);
    for (const gone of ["another thing", "b.test/y"]) expect(text).not.toContain(gone);
    for (const kept of ["// what this is", "// its name", 'version: "v0.16.0"']) expect(text).toContain(kept);
    await edit("--drop-source");
    expect(await textOf(root)).not.toContain("source");
  });

  test("knows the language version as cue mod edit does", async () => {
    const [ours, theirs] = [modules.write({ "module.cue": moduleFile("a.test/x@v0") }), modules.write({ "module.cue": moduleFile("a.test/x@v0") })];
    for (const version of ["v0.9.2", "current"]) {
      await modules.json(["mod", "edit", "--language-version", version], { directory: ours });
      await modules.judge(["mod", "edit", "--language-version", version], { directory: theirs });
      const parsed = (root: string) => modules.judge(["export", "cue.mod/module.cue"], { directory: root });
      expect(JSON.parse(await parsed(ours))).toEqual(JSON.parse(await parsed(theirs)));
    }
    for (const version of ["v0.4.3", "v2.3.4", "v0.8.0"]) {
      expect((await modules.opm(["mod", "edit", "--language-version", version], { directory: ours })).code).toBe(2);
    }
  });

  test("replaces a module of which no version is known, as cue does", async () => {
    const files = {
      "module.cue": moduleFile("a.test/x@v0"),
      "a.cue": 'package a\n\nimport "loc.test/lib@v0"\n\nn: lib.n\nresources: {}\n',
      "lib/cue.mod/module.cue": moduleFile("loc.test/lib@v0"),
      "lib/lib.cue": "package lib\n\nn: 7\n",
    };
    const [ours, theirs] = [modules.write(files), modules.write(files)];
    await modules.judge(["mod", "edit", "--replace", "loc.test/lib@v0=./lib"], { directory: theirs });
    await modules.json(["mod", "edit", "--replace", "loc.test/lib@v0=./lib"], { directory: ours });
    expect(await textOf(ours, "local-module.cue")).toBe(await textOf(theirs, "local-module.cue"));
    await modules.judge(["mod", "tidy", "--local-only"], { directory: theirs });
    expect(await modules.opm(["mod", "tidy", "--local-only"], { directory: ours })).toMatchObject({
      code: 0,
      stdout: "+ loc.test/lib@v0 (./lib) (new, needed by a.cue:3:8)\n",
    });
    expect(await textOf(ours, "local-module.cue")).toBe(await textOf(theirs, "local-module.cue"));
    expect(await modules.opm(["mod", "vet"], { directory: ours })).toMatchObject({ code: 0 });
    const built = await modules.opm(["mod", "build"], { directory: ours });
    expect([built.code, built.stderr]).toEqual([0, expect.stringContaining("replaces loc.test/lib@v0 by ./lib")]);
    await modules.judge(["vet", "./..."], { directory: ours });
  });

  test("keeps replacements out of what is published, as cue does", async () => {
    const other = modules.write({ "module.cue": moduleFile("b.test/y@v1"), "y.cue": "package y\n\nn: 1\n" });
    const files = { "module.cue": moduleFile("a.test/x@v0", { deps: { "b.test/y@v1": "v1.0.0" } }), "sub/x.cue": 'package sub\n\nimport "b.test/y@v1"\n\ny\n' };
    const root = modules.write(files);
    const name = other.slice(other.lastIndexOf("/") + 1);
    const output = await modules.json(["mod", "edit", "--replace", `b.test/y@v1=../../${name}`], { directory: join(root, "sub") });
    expect([output.changed, await textOf(root)]).toEqual([["cue.mod/local-module.cue"], files["module.cue"]]);
    expect(await textOf(root, "local-module.cue")).toContain(`"../${name}"`);
    expect(JSON.parse(await modules.judge(["export", "./sub"], { directory: root }))).toEqual({ n: 1 });
    await modules.json(["mod", "edit", "--drop-replace", "b.test/y@v1"], { directory: root });
    expect(readdirSync(join(root, "cue.mod"))).toEqual(["module.cue"]);
  });

  test("leaves the files as they are where the result would be wrong", async () => {
    const root = modules.write({ "module.cue": COMMENTED });
    for (const args of [
      [],
      ["--module", "Upper"],
      ["--require", "b.test/y@v2"],
      ["--require", "b.test/y"],
      ["--require", "b.test/y@latest"],
      ["--language", "v0.99.0"],
      ["--language", "new"],
      ["--source", "svn"],
      ["--source", "self", "--drop-source"],
      ["--replace", "b.test/y@v1"],
    ]) {
      const { code, stderr } = await modules.opm(["mod", "edit", ...args], { directory: root });
      expect([code, stderr === ""]).toEqual([2, false]);
    }
    expect([await textOf(root), readdirSync(join(root, "cue.mod"))]).toEqual([COMMENTED, ["module.cue"]]);
    expect((await modules.opm(["mod", "edit", "--source", "self"], { directory: modules.write({ "x.cue": "" }) })).code).toBe(5);
  });

  test("of many at once loses no change", async () => {
    const root = modules.write({ "module.cue": moduleFile("a.test/x@v0") });
    const all = await Promise.all(
      Array.from({ length: 6 }, (_, index) => modules.opm(["mod", "edit", "--require", `d${index}.test@v0.1.0`], { directory: root })),
    );
    expect(all.map(({ code }) => code)).toEqual(Array(6).fill(0));
    const text = await textOf(root);
    for (let index = 0; index < 6; index++) expect(text).toContain(`d${index}.test@v0`);
    expect(readdirSync(join(root, "cue.mod"))).toEqual(["module.cue"]);
  });
});

test("opm mod fix brings a file of an old CUE up to date, as cue does", async () => {
  const old = 'module: "a.test/x@v0"\nfoo: 1\n';
  const [ours, theirs] = [modules.write({ "module.cue": old }), modules.write({ "module.cue": old })];
  expect(await modules.json(["mod", "fix"], { directory: ours })).toMatchObject({ changed: ["cue.mod/module.cue"] });
  await modules.judge(["mod", "fix"], { directory: theirs });
  await modules.judge(["vet", "./..."], { directory: modules.write({ "module.cue": await textOf(ours), "x.cue": "package x\n" }) });
  const parsed = (root: string) => modules.judge(["export", "cue.mod/module.cue"], { directory: root });
  expect(JSON.parse(await parsed(ours))).toEqual(JSON.parse(await parsed(theirs)));
  expect(await modules.json(["mod", "fix"], { directory: ours })).toMatchObject({ changed: [] });
});
