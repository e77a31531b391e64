import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { useStubRegistry } from "../publish/stub-registry.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { APP, APP_DEPS, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(60_000);
const stub = useStubRegistry();
const library = useLibrary(() => `${stub.host}/pre`);
const app = (deps: Readonly<Record<string, string>> = APP_DEPS, text = APP) =>
  library.project({ "module.cue": moduleFile("app.test/main@v0", { deps }), "main.cue": text });

/** Modules that require each other; packages of theirs do not. */
const RING = { "ring.test/a@v0": "v0.1.0", "ring.test/b@v0": "v0.1.0" };
beforeAll(async () => {
  await library.publish("ring.test/b@v0", "v0.0.1", "package b\n\nb: 1\n");
  await library.publish("ring.test/a@v0", "v0.1.0", 'package a\n\nimport "ring.test/b@v0"\n\na: b.b\n', { "ring.test/b@v0": "v0.0.1" });
  const directory = library.write({
    "module.cue": moduleFile("ring.test/b@v0", { deps: { "ring.test/a@v0": "v0.1.0" } }),
    "b.cue": "package b\n\nb: 1\n",
    "user/u.cue": 'package user\n\nimport "ring.test/a@v0"\n\nu: a.a\n',
  });
  await library.judge(["mod", "publish", "v0.1.0"], { directory });
}, 60_000);

test("a graph shows who requires what, in which version, and which one counts", async () => {
  const project = app();
  expect(await project.opm("mod", "graph")).toMatchObject({
    code: 0,
    stdout: [
      "app.test/main@v0",
      "├── lib.test/base@v1 v1.1.0 (indirect)",
      "├── lib.test/left@v0 v0.1.0",
      "│   └── lib.test/base@v1 v1.0.0 → v1.1.0",
      "└── lib.test/right@v0 v0.1.0",
      "    └── lib.test/base@v1 v1.1.0",
      "",
    ].join("\n"),
  });
  const { nodes, edges, cycles } = await project.json("mod", "graph");
  expect([nodes, edges, cycles]).toMatchObject([
    [
      { module: "lib.test/base@v1", version: "v1.0.0", selected: false, direct: false },
      { module: "lib.test/base@v1", version: "v1.1.0", selected: true, direct: false },
      { module: "lib.test/left@v0", version: "v0.1.0", selected: true, direct: true },
      { module: "lib.test/right@v0", version: "v0.1.0", selected: true, direct: true },
    ],
    [
      { from: -1, to: 1 },
      { from: -1, to: 2 },
      { from: -1, to: 3 },
      { from: 2, to: 0 },
      { from: 3, to: 1 },
    ],
    [],
  ]);
  const { stdout } = await project.opm("mod", "graph", "--dot");
  expect(stdout).toMatch(/^digraph "app\.test\/main@v0" \{\n[\s\S]*"lib\.test\/left@v0 v0\.1\.0" -> "lib\.test\/base@v1 v1\.0\.0";\n[\s\S]*\}\n$/);
  expect(await project.opm("mod", "graph", "--dot", "--json")).toMatchObject({ code: 2 });
  expect(await project.with({ CUE_REGISTRY: "127.0.0.1:1/pre" }).opm("mod", "graph")).toMatchObject({ code: 0 });
});

test("modules that require each other are a cycle, which is said and is well", async () => {
  const text = 'package main\n\nimport (\n\t"ring.test/a@v0"\n\t"ring.test/b/user@v0"\n)\n\nout: {p: a, q: user}\n';
  const project = app(RING, text);
  const { code, stdout, stderr } = await project.opm("mod", "graph");
  expect([code, stdout, stderr]).toEqual([
    0,
    expect.stringMatching(/ring\.test\/b@v0 v0\.0\.1 → v0\.1\.0 \(cycle\)\n[\s\S]*ring\.test\/a@v0 v0\.1\.0 \(cycle\)/),
    expect.stringContaining("cycle: ring.test/a@v0, ring.test/b@v0"),
  ]);
  expect((await project.json("mod", "graph")).cycles).toEqual([["ring.test/a@v0", "ring.test/b@v0"]]);
  expect((await project.opm("mod", "graph", "--dot")).stdout).toContain("color=red");
  for (const args of [["get"], ["tidy"], ["update", "--yes"]]) expect(await project.opm("mod", ...args)).toMatchObject({ code: 0 });
  expect(JSON.parse(await project.judge("export"))).toEqual({ out: { p: { a: 1 }, q: { u: 1 } } });
});

test("why names who requires a module, in which version, and the imports that lead to it", async () => {
  const project = app();
  expect(await project.opm("mod", "why", "lib.test/base")).toMatchObject({
    code: 0,
    stdout: [
      "lib.test/base@v1 v1.1.0 (indirect)",
      "  required by",
      "    app.test/main@v0: v1.1.0",
      "    lib.test/left@v0 v0.1.0: v1.0.0",
      "    lib.test/right@v0 v0.1.0: v1.1.0",
      "  needed by",
      '    main.cue:4:2: import "lib.test/left@v0": lib.test/left@v0 → lib.test/base@v1',
      '    main.cue:5:2: import "lib.test/right@v0": lib.test/right@v0 → lib.test/base@v1',
      "",
    ].join("\n"),
  });
  expect((await project.json("mod", "why", "lib.test/left/sub@v0")).modules).toMatchObject([
    {
      module: "lib.test/left@v0",
      direct: true,
      chains: [{ import: "lib.test/left@v0", position: { file: "main.cue", line: 4 }, modules: ["lib.test/left@v0"] }],
    },
  ]);
});

test("why of what nothing needs, and of what is not there", async () => {
  const project = app({ ...APP_DEPS, "lib.test/base@v2": "v2.0.0" });
  expect(await project.opm("mod", "why", "lib.test/base@v2")).toMatchObject({ code: 0, stdout: expect.stringContaining("no import needs it") });
  for (const name of ["lib.test/none", "lib.test/base@v3", "lib.test", ""]) {
    expect([name, await project.opm("mod", "why", name)]).toEqual([name, expect.objectContaining({ code: 5, stdout: "" })]);
  }
});

test("what is replaced on this machine is said", async () => {
  const project = app();
  const folder = library.write({ "module.cue": moduleFile("lib.test/left@v0"), "l.cue": "package left\n\nl: 5\n" });
  await project.judge("mod", "edit", "--replace", `lib.test/left@v0=${folder}`);
  expect((await project.opm("mod", "graph")).stdout).toContain(`lib.test/left@v0 v0.1.0 (replaced by ${folder})`);
  expect((await project.json("mod", "why", "lib.test/left")).modules).toMatchObject([{ replacedBy: folder }]);
});

test("a requirement that is gone is named with who requires it", async () => {
  const project = app({ "lib.test/left@v0": "v0.9.0" });
  const { code, stderr } = await project.opm("mod", "graph");
  expect([code, stderr]).toEqual([5, expect.stringMatching(/lib\.test\/left@v0\.9\.0[\s\S]*cue\.mod\/module\.cue:\d+:\d+/)]);
});
