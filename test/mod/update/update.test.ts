import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { useStubRegistry } from "../publish/stub-registry.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { onTerminal } from "../support/on-terminal.ts";
import { APP, APP_DEPS, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(60_000);
const stub = useStubRegistry();
const library = useLibrary(() => `${stub.host}/pre`);
afterEach(() => stub.reset());

/** As it was before anything was updated. */
const app = (deps: Readonly<Record<string, string>> = APP_DEPS, text = APP) =>
  library.project({ "module.cue": moduleFile("app.test/main@v0", { deps }), "main.cue": text });
const using = (path: string, name = path.replace(/.*\/|@.*/g, "")) => `package main\n\nimport "${path}"\n\nout: ${name}\n`;

describe("on a terminal", () => {
  test("no changes nothing, yes fetches and writes", async () => {
    const project = app();
    const before = project.text();
    for (const answer of ["n", "", "q", "x", "\u0004"]) {
      const { code, text } = await onTerminal(project, ["mod", "update"], [answer]);
      expect([answer, code, project.text()]).toEqual([answer, 0, before]);
      expect(text).toContain("lib.test/left@v0 v0.1.0 → v0.2.0? [y/N/a/q]");
    }
    const { code, text } = await onTerminal(project, ["mod", "update"], ["y"]);
    expect([code, text]).toEqual([0, expect.stringContaining("~ lib.test/left@v0 v0.1.0 → v0.2.0")]);
    expect([await project.deps(), project.has("lib.test/left@v0.2.0")]).toEqual([{ ...APP_DEPS, "lib.test/left@v0": "v0.2.0" }, true]);
    for (const args of [["export"], ["vet", "./..."], ["eval"], ["mod", "tidy", "--check"]]) await project.judge(...args);
  });

  test("each is asked for, and a and q are for all that follow", async () => {
    const deps = { ...APP_DEPS, "lib.test/base@v1": "v1.1.0" };
    // the last one is typed ahead
    const answers = { "n y": ["n", "y"], a: ["a"], q: ["q"], "y q": ["y", "q"], "n, y": ["n\ry\r"] };
    const left = { "n y": "v0.2.0", a: "v0.2.0", q: "v0.1.0", "y q": "v0.1.0", "n, y": "v0.2.0" };
    const base = { "n y": "v1.1.0", a: "v1.2.0-rc.1", q: "v1.1.0", "y q": "v1.2.0-rc.1", "n, y": "v1.1.0" };
    for (const name of ["n y", "a", "q", "y q", "n, y"] as const) {
      const project = app(deps);
      const { code } = await onTerminal(project, ["mod", "update", "--pre"], answers[name]);
      expect([name, code, await project.deps()]).toEqual([name, 0, { ...deps, "lib.test/left@v0": left[name], "lib.test/base@v1": base[name] }]);
    }
  });

  test("Ctrl-C ends it", async () => {
    const project = app();
    const before = project.text();
    const { code } = await onTerminal(project, ["mod", "update"], ["\u0003"]);
    expect([code, project.text()]).toEqual([130, before]);
  });
});

describe("without a terminal", () => {
  test("there is a table, and nothing waits for an answer", async () => {
    const project = app();
    const before = project.text();
    const { code, stdout, stderr } = await project.opm("mod", "update");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--yes.*--check/)]);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["MODULE", "CURRENT", "PATCH", "MINOR", "MAJOR"],
      ["lib.test/base@v1", "v1.1.0", "-", "-", "v2.0.0"],
      ["lib.test/left@v0", "v0.1.0", "v0.1.1", "v0.2.0", "-"],
      [""],
    ]);
    expect(project.text()).toBe(before);
  });

  test("there is nothing to ask where nothing is newer", async () => {
    const project = app({ ...APP_DEPS, "lib.test/left@v0": "v0.2.0" });
    expect(await project.opm("mod", "update")).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing is newer") });
  });

  test("--yes takes them all", async () => {
    const project = app();
    const output = await project.json("mod", "update", "--yes");
    expect(output.changes).toMatchObject([{ module: "lib.test/left@v0", from: "v0.1.0", to: "v0.2.0" }]);
    await project.judge("export");
  });
});

describe("--check", () => {
  test("says with its exit code whether something is newer", async () => {
    const project = app();
    const before = project.text();
    const newer = await project.opm("mod", "update", "--check");
    expect([newer.code, newer.stdout]).toEqual([6, expect.stringContaining("v0.2.0")]);
    expect(await project.opm("mod", "update", "--check", "lib.test/base", "lib.test/right@v0")).toMatchObject({ code: 0 });
    expect(await project.with({ CUE_REGISTRY: "127.0.0.1:1/pre" }).opm("mod", "update", "--check")).toMatchObject({ code: 3, stdout: "" });
    expect(project.text()).toBe(before);
  });

  test("of one that it can tell and one that it cannot: what it can tell, and why not of the other", async () => {
    const project = app();
    stub.before = ({ path }, response) => {
      if (!path.includes("lib.test/right/tags")) return false;
      response.writeHead(403, { "Content-Length": "0" }).end();
      return true;
    };
    const { code, stdout, stderr } = await project.opm("mod", "update", "--check");
    expect([code, stdout, stderr]).toEqual([6, expect.stringContaining("lib.test/left@v0"), expect.stringContaining("lib.test/right")]);
    expect(await project.opm("mod", "update", "--check", "lib.test/right", "lib.test/base")).toMatchObject({ code: 4 });
    expect(await project.opm("mod", "update", "--yes")).toMatchObject({ code: 4, stderr: expect.not.stringContaining("not found") });
    expect(await project.deps()).toEqual(APP_DEPS);
  });

  test("lists majors and pre-releases where they are wanted", async () => {
    const project = app();
    const plain = await project.opm("mod", "update", "--check", "lib.test/base");
    expect(plain.code).toBe(0);
    const major = await project.opm("mod", "update", "--major", "--check", "lib.test/base");
    expect([major.code, major.stdout]).toEqual([6, expect.stringContaining("lib.test/base@v2 v2.0.0")]);
    const pre = await project.opm("mod", "update", "--pre", "--check", "lib.test/base");
    expect([pre.code, pre.stdout]).toEqual([6, expect.stringContaining("v1.2.0-rc.1")]);
  });

  test("has everything in JSON, whatever its exit code", async () => {
    const { code, stdout } = await app().opm("mod", "update", "--check", "--json");
    expect([code, JSON.parse(stdout)]).toEqual([
      6,
      expect.objectContaining({
        changed: [],
        dependencies: [
          expect.objectContaining({ module: "lib.test/base@v1", target: null, major: { module: "lib.test/base@v2", version: "v2.0.0" } }),
          expect.objectContaining({ module: "lib.test/left@v0", patch: "v0.1.1", minor: "v0.2.0", target: { module: "lib.test/left@v0", version: "v0.2.0" } }),
          expect.objectContaining({ module: "lib.test/right@v0", target: null }),
        ],
      }),
    ]);
  });
});

describe("dependencies by name", () => {
  beforeAll(async () => {
    await library.publish("lib.test/top@v0", "v0.1.0", "package top\n\nt: 1\n");
    await library.publish("lib.test/top@v0", "v0.2.0", 'package top\n\nimport "lib.test/right@v0"\n\nright\n', {
      "lib.test/right@v0": "v0.1.0",
      "lib.test/base@v1": "v1.1.0",
    });
  }, 60_000);

  test("are changed, with what they require, and nothing else", async () => {
    const deps = { "lib.test/base@v1": "v1.0.0", "lib.test/left@v0": "v0.1.0", "lib.test/top@v0": "v0.1.0" };
    const project = app(deps, 'package main\n\nimport (\n\t"lib.test/left@v0"\n\t"lib.test/top@v0"\n)\n\nout: {left, top}\n');
    const { changes } = await project.json("mod", "update", "--yes", "lib.test/top");
    expect(changes).toMatchObject([
      { module: "lib.test/base@v1", from: "v1.0.0", to: "v1.1.0" },
      { module: "lib.test/right@v0", from: null, to: "v0.1.0" },
      { module: "lib.test/top@v0", from: "v0.1.0", to: "v0.2.0" },
    ]);
    expect(await project.deps()).toEqual({ ...deps, "lib.test/base@v1": "v1.1.0", "lib.test/right@v0": "v0.1.0", "lib.test/top@v0": "v0.2.0" });
    await project.judge("export");
  });

  test("that are none are refused", async () => {
    const project = app();
    expect(await project.opm("mod", "update", "lib.test/none")).toMatchObject({ code: 5, stderr: expect.stringContaining("lib.test/left@v0") });
    expect(await project.opm("mod", "update", "lib.test/base@v2")).toMatchObject({ code: 5 });
    expect(await project.opm("mod", "update", "lib.test/left@v0.2.0")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("opm mod get lib.test/left@v0.2.0"),
    });
  });
});

test("who uses a pre-release is offered the next one, and the release", async () => {
  const project = app({ "lib.test/base@v1": "v1.2.0-rc.1" }, using("lib.test/base@v1"));
  expect(await project.opm("mod", "update", "--check")).toMatchObject({ code: 0 });
  await library.publish("lib.test/base@v1", "v1.2.0-rc.2", "package base\n\nx: 1\n");
  try {
    const { dependencies } = await project.json("mod", "update", "--yes");
    expect(dependencies).toMatchObject([{ patch: "v1.2.0-rc.2" }]);
  } finally {
    stub.manifests.delete("pre/lib.test/base:v1.2.0-rc.2");
  }
});

test("one that another update requires in a higher version gets that", async () => {
  await library.publish("lib.test/eager@v0", "v0.1.0", 'package eager\n\nimport "lib.test/base@v1"\n\nbase\n', { "lib.test/base@v1": "v1.0.0" });
  await library.publish("lib.test/eager@v0", "v0.2.0", 'package eager\n\nimport "lib.test/base@v1"\n\nbase\n', { "lib.test/base@v1": "v1.2.0-rc.1" });
  const project = app({ "lib.test/base@v1": "v1.0.0", "lib.test/eager@v0": "v0.1.0" }, using("lib.test/eager@v0"));
  const { changes } = await project.json("mod", "update", "--yes");
  expect(changes).toMatchObject([
    { module: "lib.test/base@v1", to: "v1.2.0-rc.1" },
    { module: "lib.test/eager@v0", to: "v0.2.0" },
  ]);
  await project.judge("export");
});

test("a key without major is that of the version", async () => {
  const deps = { "lib.test/left": "v0.1.0", "lib.test/base": "v1.0.0" };
  const project = app(deps, using("lib.test/left@v0"));
  const { changes } = await project.json("mod", "update", "--yes", "lib.test/left");
  expect(changes).toMatchObject([{ module: "lib.test/left@v0", from: "v0.1.0", to: "v0.2.0" }]);
  await project.judge("export");
});

describe("--major", () => {
  test("takes the new major, in the imports as well, and leaves the rest of the files", async () => {
    const text = ["// an app", "package main", "", "import (", '\tb "lib.test/base@v1" // the first', ")", "", "out:   b  // as it is", ""].join("\n");
    const project = app({ "lib.test/base@v1": "v1.1.0" }, text);
    chmodSync(join(project.root, "main.cue"), 0o640);
    const output = await project.json("mod", "update", "--major", "--yes");
    expect(output).toMatchObject({ changed: ["main.cue", "cue.mod/module.cue"], problems: [] });
    expect(project.text("main.cue")).toMatch(
      /^\/\/ an app\npackage main\n\nimport \(\n\tb "lib\.test\/base@v2(?::base)?" \/\/ the first\n\)\n\nout: {3}b {2}\/\/ as it is\n$/,
    );
    expect(statSync(join(project.root, "main.cue")).mode & 0o777).toBe(0o640);
    expect(await project.deps()).toEqual({ "lib.test/base@v2": "v2.0.0" });
    expect(JSON.parse(await project.judge("export"))).toEqual({ out: { x: 1, second: true } });
    await project.judge("mod", "tidy", "--check");
  });

  test("leaves the old one where another module requires it", async () => {
    const text = 'package main\n\nimport (\n\t"lib.test/base@v1"\n\t"lib.test/left@v0"\n)\n\nout: {a: base, b: left}\n';
    const project = app({ "lib.test/base@v1": "v1.0.0", "lib.test/left@v0": "v0.2.0" }, text);
    await project.json("mod", "update", "--major", "--yes");
    expect(await project.deps()).toEqual({ "lib.test/base@v1": "v1.0.0", "lib.test/base@v2": "v2.0.0", "lib.test/left@v0": "v0.2.0" });
    expect(JSON.parse(await project.judge("export"))).toEqual({ out: { a: { x: 1, second: true }, b: { x: 1, l: 1 } } });
    await project.judge("mod", "tidy", "--check");
  });

  test("does nothing about modules that only others import, and says so", async () => {
    const project = app({ ...APP_DEPS, "lib.test/left@v0": "v0.2.0" });
    const before = project.text();
    const { code, stderr } = await project.opm("mod", "update", "--major", "--yes");
    expect([code, stderr, project.text()]).toEqual([0, expect.stringMatching(/lib\.test\/base@v1 stays.*lib\.test\/right@v0 v0\.1\.0 requires it/), before]);
  });

  test("that the module does not stand is said, with places", async () => {
    await library.publish("lib.test/moved@v0", "v0.1.0", "package moved\n\na: 1\n");
    await library.publish("lib.test/moved@v1", "v1.0.0", "package moved\n\nb: 1\n");
    const project = app({ "lib.test/moved@v0": "v0.1.0" }, 'package main\n\nimport "lib.test/moved@v0"\n\nout: moved & {b: 2}\n');
    const { code, stderr } = await project.opm("mod", "update", "--major", "--yes");
    expect([code, stderr]).toEqual([6, expect.stringMatching(/main\.cue:5/)]);
    expect(await project.deps()).toEqual({ "lib.test/moved@v1": "v1.0.0" });
  });

  test("changes nothing where it cannot be fetched", async () => {
    const project = app({ "lib.test/base@v1": "v1.1.0" }, using("lib.test/base@v1"));
    const before = [project.text(), project.text("main.cue")];
    stub.before = ({ path, method }, response) => {
      if (method !== "GET" || !path.includes("lib.test/base/blobs/")) return false;
      response.writeHead(500, { "Content-Length": "0" }).end();
      return true;
    };
    expect(await project.opm("mod", "update", "--major", "--yes")).toMatchObject({ code: 3 });
    expect([project.text(), project.text("main.cue")]).toEqual(before);
  });
});

test("what is replaced on this machine is left out", async () => {
  const project = app();
  const folder = library.write({ "module.cue": moduleFile("lib.test/left@v0"), "l.cue": "package left\n\nl: 5\n" });
  await project.judge("mod", "edit", "--replace", `lib.test/left@v0=${folder}`);
  const { dependencies } = await project.json("mod", "update", "--yes");
  expect((dependencies as { module: string }[]).map(({ module }) => module)).toEqual(["lib.test/base@v1", "lib.test/right@v0"]);
  expect(await project.opm("mod", "update", "lib.test/left")).toMatchObject({ code: 2, stderr: expect.stringContaining("replaced") });
});
