import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { useStubRegistry } from "./stub-registry.ts";
import { base, moduleFile, useModules } from "./use-modules.ts";

setDefaultTimeout(60_000);
const stub = useStubRegistry();
const modules = useModules(() => ({ CUE_REGISTRY: `${stub.host}/pre` }));
afterEach(() => stub.reset());

let count = 0;
/** A module that no other test publishes. */
function library(extra = ""): { readonly path: string; readonly root: string; readonly repository: string } {
  const name = `lib.test/base${count++}`;
  const root = modules.write({ "module.cue": moduleFile(`${name}@v1`), "base.cue": `package base\n\nx: 1\n${extra}` });
  return { path: `${name}@v1`, root, repository: `pre/${name}` };
}

function manifestOf(name: string) {
  return stub.manifests.get(name)?.bytes.toString();
}

describe("what is published", () => {
  test("is byte for byte what cue publishes", async () => {
    const { root, repository, path } = library();
    const { stdout, code } = await modules.opm(["mod", "publish", "v1.0.0"], { directory: root });
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^${stub.host}/${repository}:v1.0.0@sha256:[0-9a-f]{64}\n$`))]);
    const ours = stub.writes();
    stub.reset();
    await modules.judge(["mod", "publish", "v1.0.0"], { directory: root, environment: { CUE_REGISTRY: `${stub.host}/judge` } });
    const theirs = manifestOf(`judge/${path.replace("@v1", "")}:v1.0.0`);
    expect(manifestOf(`${repository}:v1.0.0`)).toBe(theirs);
    expect(JSON.parse(theirs ?? "")).toMatchObject({
      config: { digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", mediaType: "application/vnd.cue.module.v1+json" },
    });
    expect(theirs).not.toContain("annotations");
    // config, zip, module file, then the manifest
    const shape = (writes: readonly string[]) =>
      writes.map((line) => line.replace(/\/v2\/(?:pre|judge)\//, "").replace(/uploads\/1\?digest=.*/, "uploads/1?…"));
    expect(shape(ours)).toEqual(shape(stub.writes()));
  });

  test("of git has the commit that cue names, in any time zone", async () => {
    const name = `lib.test/git${count++}`;
    const root = modules.write({ "module.cue": moduleFile(`${name}@v0`, { source: "git" }), "a.cue": "package a\n", ".gitignore": "*.log\n", "a.log": "" });
    const git = (...args: readonly string[]) =>
      Bun.spawn(["git", "-c", "user.name=t", "-c", "user.email=t@t.test", ...args], { cwd: root, stdout: "ignore" }).exited;
    await git("init", "-q");
    const dirty = await modules.opm(["mod", "publish", "v0.1.0"], { directory: root });
    expect([dirty.code, dirty.stderr]).toEqual([2, expect.stringContaining("not everything is committed")]);
    await git("add", ".");
    await git("commit", "-qm", "first");
    const environment = { TZ: "Asia/Tokyo" };
    const output = await modules.json(["mod", "publish", "v0.1.0"], { directory: root, environment });
    expect((output.files as { path: string }[]).map(({ path }) => path)).toEqual([".gitignore", "a.cue", "cue.mod/module.cue"]);
    await modules.judge(["mod", "publish", "v0.1.0"], { directory: root, environment: { ...environment, CUE_REGISTRY: `${stub.host}/judge` } });
    expect(manifestOf(`pre/${name}:v0.1.0`)).toBe(manifestOf(`judge/${name}:v0.1.0`));
    expect(Object.keys(JSON.parse(manifestOf(`pre/${name}:v0.1.0`) ?? "").annotations)).toEqual([
      "org.cuelang.vcs-commit",
      "org.cuelang.vcs-commit-time",
      "org.cuelang.vcs-type",
    ]);
  });

  test("is what cue gets", async () => {
    const { root, path } = library();
    expect(await modules.opm(["mod", "publish", `${stub.host}/pre`, "v1.0.0"], { directory: root })).toMatchObject({ code: 0 });
    const app = modules.write({ "module.cue": moduleFile("app.test/main@v0"), "a.cue": `package main\n\nimport "${path}:base"\n\nout: base\n` });
    await modules.judge(["mod", "tidy"], { directory: app });
    expect(JSON.parse(await modules.judge(["export"], { directory: app }))).toEqual({ out: { x: 1 } });
  });

  test("says what was left out", async () => {
    const { root } = library();
    symlinkSync("base.cue", join(root, "link.cue"));
    const output = await modules.json(["mod", "publish", "v1.0.0"], { directory: root });
    expect(output).toMatchObject({ state: "published", notes: ["link.cue is left out: it is a symbolic link"] });
  });

  test("is nothing in a dry run, which says all the same where it would be", async () => {
    const { root, repository } = library();
    const planned = await modules.json(["mod", "publish", "--dry-run", "v1.0.0"], { directory: root });
    expect([planned.state, stub.writes()]).toEqual(["planned", []]);
    const published = await modules.json(["mod", "publish", "v1.0.0"], { directory: root });
    expect(published).toMatchObject({ reference: planned.reference, digest: planned.digest, state: "published" });
    expect(planned.reference).toBe(`${stub.host}/${repository}:v1.0.0@${planned.digest}`);
  });

  test("may be a layout in place of it, with the same manifest", async () => {
    const { root } = library();
    const layout = modules.fresh("layout");
    const written = await modules.json(["mod", "publish", "--out", layout, "v1.0.0"], { directory: root, environment: { CUE_REGISTRY: "127.0.0.1:1" } });
    const theirs = modules.fresh("layout");
    await modules.judge(["mod", "publish", "--out", theirs, "v1.0.0"], { directory: root });
    const digestIn = async (folder: string) => (await Bun.file(join(folder, "index.json")).json()).manifests[0].digest;
    expect([written.state, await digestIn(layout)]).toEqual(["written", await digestIn(theirs)]);
    expect(stub.writes()).toEqual([]);
  });
});

describe("a version", () => {
  test("that is there with the same content is well, whoever published it", async () => {
    const { root, repository } = library();
    await modules.judge(["mod", "publish", "v1.0.0"], { directory: root });
    const before = manifestOf(`${repository}:v1.0.0`);
    stub.reset();
    const { code, stderr } = await modules.opm(["mod", "publish", "v1.0.0"], { directory: root });
    expect([code, stderr, stub.writes()]).toEqual([0, expect.stringContaining("already published, identical"), []]);
    expect(manifestOf(`${repository}:v1.0.0`)).toBe(before);
  });

  test("that is there with other content stays, and the next one is named", async () => {
    const { root, repository } = library();
    await modules.judge(["mod", "publish", "v1.0.0"], { directory: root });
    await modules.judge(["mod", "publish", "v1.0.1"], { directory: root });
    const before = manifestOf(`${repository}:v1.0.0`);
    await Bun.write(join(root, "more.cue"), "package base\n");
    stub.reset();
    const { code, stderr } = await modules.opm(["mod", "publish", "v1.0.0"], { directory: root });
    expect([code, stderr, stub.writes()]).toEqual([2, expect.stringMatching(/already published with other content \(added more\.cue\).* v1\.0\.2/), []]);
    expect(manifestOf(`${repository}:v1.0.0`)).toBe(before);
  });

  test("that is there as something else stays", async () => {
    const { root, repository } = library();
    const image = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/x" },
      layers: [],
    });
    stub.manifests.set(`${repository}:v1.0.0`, { type: "application/vnd.oci.image.manifest.v1+json", bytes: Buffer.from(image) });
    const { code, stderr } = await modules.opm(["mod", "publish", "v1.0.0"], { directory: root });
    expect([code, stderr, stub.writes()]).toEqual([2, expect.stringContaining("not a CUE module: it is of type application/x"), []]);
  });

  test("is what the module declares where none is given", async () => {
    const { root, repository } = library('metadata: version: "1.4.0"\n');
    expect(await modules.json(["mod", "publish", `${stub.host}/pre`], { directory: root })).toMatchObject({ version: "v1.4.0" });
    expect(manifestOf(`${repository}:v1.4.0`)).toBeString();
  });

  test("that nobody says is asked for, with the next free one", async () => {
    const { root } = library();
    const first = await modules.opm(["mod", "publish", `${stub.host}/pre`], { directory: root });
    expect([first.code, first.stderr]).toEqual([2, expect.stringContaining("v1.0.0")]);
    await modules.judge(["mod", "publish", "v1.2.0"], { directory: root });
    const next = await modules.opm(["mod", "publish"], { directory: root });
    expect([next.code, next.stderr]).toEqual([2, expect.stringContaining("v1.2.1")]);
  });
});

describe("nothing is sent of", () => {
  for (const version of ["1.2.3", "latest", "v1", "v1.2", "v1.0.0+b", "v01.0.0", "v2.0.0"]) {
    test(`version ${version}`, async () => {
      const { root } = library();
      const { code, stderr } = await modules.opm(["mod", "publish", `${stub.host}/pre`, version], { directory: root });
      expect([code, stub.writes()]).toEqual([2, []]);
      expect(stderr).toMatch(version === "v2.0.0" ? /must be v1/ : /v1\.(?:2\.3|0\.0|2\.0)|semantic version/);
    });
  }

  const wrong: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ["a conflict", { ...base(), "x.cue": "package base\nx: 2\n" }, /conflicting values[\s\S]*(?:base|x)\.cue:\d/],
    ["a syntax error", { ...base(), "x.cue": "package base\na: {\n" }, /x\.cue:\d/],
    ["no source", { ...base(), "module.cue": moduleFile("lib.test/base@v1", { source: "" }) }, /opm mod edit --source self/],
    ["no language version", { ...base(), "module.cue": 'module: "lib.test/base@v1"\n' }, /language version/],
    ["names that differ in case only", { ...base(), "A.cue": "package base\n", "a.cue": "package base\n" }, /case-insensitive/],
    [
      "a replacement in module.cue",
      { ...base(), "module.cue": `${moduleFile("lib.test/base@v1")}deps: "a.test@v0": {v: "v0.1.0", replaceWith: "./a"}\n` },
      /local-module\.cue/,
    ],
    ["replacements", { ...base(), "cue.mod/local-module.cue": "" }, /--allow-local/],
  ];
  for (const [name, files, message] of wrong) {
    test(`a module with ${name}`, async () => {
      const { code, stderr } = await modules.opm(["mod", "publish", "v1.9.0"], { directory: modules.write(files) });
      expect([code, stub.writes()]).toEqual([2, []]);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^\s+at /m);
    });
  }

  test("a module with several faults, which are all named", async () => {
    const root = modules.write({ "module.cue": moduleFile("lib.test/base@v1", { source: "" }), "x.cue": "package base\nx: 1\nx: 2\n", "a:b": "" });
    const { stderr } = await modules.opm(["mod", "publish", "v2"], { directory: root });
    for (const part of [/4 problems/, /v2\.0\.0/, /--source self/, /conflicting values/, /invalid char ':'/]) expect(stderr).toMatch(part);
  });
});

test("replacements stay behind where that is wanted", async () => {
  const { root } = library();
  await Bun.write(join(root, "cue.mod", "local-module.cue"), "");
  const output = await modules.json(["mod", "publish", "--allow-local", "v1.0.0"], { directory: root });
  expect(output).toMatchObject({ state: "published", notes: ["cue.mod/local-module.cue is not published, though the checks went by it"] });
});

test("without a module", async () => {
  const { code, stderr } = await modules.opm(["mod", "publish", "v1.0.0"], { directory: modules.write({ "x.cue": "" }) });
  expect([code, stderr]).toEqual([5, expect.stringContaining("opm mod init")]);
});

describe("what others would not get is refused, and named", () => {
  const commit = async (root: string) => {
    for (const args of [
      ["init", "-q"],
      ["add", "."],
      ["commit", "-qm", "first"],
    ]) {
      await Bun.spawn(["git", "-c", "user.name=t", "-c", "user.email=t@t.test", ...args], { cwd: root, stdout: "ignore" }).exited;
    }
  };
  const refused = async (root: string) => {
    const { code, stderr } = await modules.opm(["mod", "publish", "v0.1.0"], { directory: root });
    expect([code, stub.writes()]).toEqual([2, []]);
    return stderr;
  };

  test("with source git, what is ignored", async () => {
    const files = {
      ".gitignore": "*_gen.cue\n*.json\nunused/\n",
      "a.cue": '@extern(embed)\n\npackage a\n\na: b + 1\nc: _ @embed(file="c.json")\n',
      "b_gen.cue": "package a\n\nb: 1\n",
      "c.json": "{}\n",
      "unused/u.cue": "package unused\n\nu: 1\n",
    };
    const root = modules.write({ "module.cue": moduleFile(`lib.test/ignored${count++}@v0`, { source: "git" }), ...files });
    await commit(root);
    const stderr = await refused(root);
    expect(stderr).toMatch(/needs b_gen\.cue, which is not published: git does not track it/);
    expect(stderr).toMatch(/a\.cue embeds c\.json, which is not published/);
    expect(stderr).not.toContain("unused");
    await Bun.write(join(root, ".gitignore"), "unused/\n");
    await commit(root);
    expect(await modules.opm(["mod", "publish", "v0.1.0"], { directory: root })).toMatchObject({ code: 0 });
  });

  test("with source self, links", async () => {
    const root = modules.write({ "module.cue": moduleFile(`lib.test/links${count++}@v0`), "a.cue": "package a\n\na: b + 1\n" });
    const outside = modules.write({ "b.cue": "package a\n\nb: 1\n" });
    symlinkSync(join(outside, "b.cue"), join(root, "b.cue"));
    expect(await refused(root)).toMatch(/needs b\.cue, which is not published: b\.cue is a symbolic link; put a copy/);
  });
});

test("a module without packages is published as cue publishes it, with a warning", async () => {
  const name = `lib.test/empty${count++}`;
  const root = modules.write({ "module.cue": moduleFile(`${name}@v0`), "README.md": "nothing\n" });
  const { code, stderr } = await modules.opm(["mod", "publish", "v0.1.0"], { directory: root });
  expect([code, stderr]).toEqual([0, expect.stringContaining("the module has no packages")]);
  await modules.judge(["mod", "publish", "v0.1.0"], { directory: root, environment: { CUE_REGISTRY: `${stub.host}/judge` } });
  expect(manifestOf(`pre/${name}:v0.1.0`)).toBe(manifestOf(`judge/${name}:v0.1.0`));
  expect((await modules.opm(["mod", "vet"], { directory: root })).code).toBe(2);
});

test("packages in cue.mod are for the module alone: it is published as cue publishes it, and that is said", async () => {
  const name = `lib.test/gen${count++}`;
  const files = {
    "a.cue": 'package a\n\nimport "k8s.test/api/v1"\n\na: v1.#S & {size: 1}\n',
    "cue.mod/gen/k8s.test/api/v1/s.cue": "package v1\n\n#S: size: int\n",
  };
  const root = modules.write({ "module.cue": moduleFile(`${name}@v0`), ...files });
  const { code, stderr } = await modules.opm(["mod", "publish", "v0.1.0"], { directory: root });
  expect([code, stderr]).toEqual([0, expect.stringContaining("whoever imports the module does not get them")]);
  expect(await modules.opm(["mod", "build", "-e", "a"], { directory: root })).toMatchObject({ code: 0, stdout: "size: 1\n" });
  expect(await modules.opm(["mod", "vet"], { directory: root })).toMatchObject({ code: 0 });
  await modules.judge(["mod", "publish", "v0.1.0"], { directory: root, environment: { CUE_REGISTRY: `${stub.host}/judge` } });
  expect(manifestOf(`pre/${name}:v0.1.0`)).toBe(manifestOf(`judge/${name}:v0.1.0`));
});

describe("where it goes", () => {
  test("is said, with the rule, before anything is written", async () => {
    const { root, repository } = library();
    const told = (text: string) => `${text} to ${stub.host}/${repository}:v1.0.0, as CUE_REGISTRY says for all modules`;
    const dry = await modules.opm(["mod", "publish", "-n", "v1.0.0"], { directory: root });
    expect(dry.stderr).toContain(told("it would be published"));
    stub.before = ({ method }) => method !== "GET" && method !== "HEAD";
    const environment = { OPM_REGISTRY: "elsewhere.test" };
    const broken = await modules.opm(["mod", "publish", "--timeout", "1s", "v1.0.0"], { directory: root, environment });
    expect([broken.code, broken.stderr]).toEqual([3, expect.stringContaining(told("publishing it"))]);
    stub.reset();
    const quiet = await modules.opm(["mod", "publish", "-q", "v1.0.0"], { directory: root });
    expect([quiet.code, quiet.stderr]).toEqual([0, ""]);
    const again = await modules.json(["mod", "publish", "v1.0.0"], { directory: root });
    expect(again).toMatchObject({ state: "identical", rule: "as CUE_REGISTRY says for all modules" });
  });

  test("is nowhere where only the registry of packages is named", async () => {
    const { root } = library();
    const environment = { CUE_REGISTRY: "", OPM_REGISTRY: stub.host };
    const refused = await modules.opm(["mod", "publish", "v1.0.0"], { directory: root, environment });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`set OPM_MODULE_REGISTRY=${stub.host}`)]);
    expect(stub.seen()).toEqual([]);
    const named = await modules.json(["mod", "publish", "v1.0.0"], {
      directory: root,
      environment: { ...environment, OPM_MODULE_REGISTRY: `${stub.host}/own` },
    });
    expect(named).toMatchObject({ reference: expect.stringContaining(`${stub.host}/own/`), rule: "as OPM_MODULE_REGISTRY says for all modules" });
  });
});
