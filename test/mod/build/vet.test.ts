import { describe, expect, test } from "bun:test";
import { INTERNALDB_DEP, PLATWEB_DEP, usePublished } from "./published.ts";

const modules = usePublished();

const vet = (directory: string, ...args: readonly string[]) => modules.opm(["mod", "vet", ...args], { directory });

describe("a valid module", () => {
  test("is told in a line", async () => {
    const text = 'package app\n\nimport "registry.test/internaldb@v0"\n\ninternaldb\n';
    const directory = modules.module("registry.test/app@v0", INTERNALDB_DEP, text, { "sub/b.cue": "package sub\nb: 1\n" });
    expect(await vet(directory)).toEqual({ code: 0, stdout: "", stderr: "valid: 2 packages, 1 policy\n" });
    await modules.judge(["vet", "-c=false", "./..."], { directory });
    expect(await vet(directory, "-q")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await modules.json(["mod", "vet", "./sub"], { directory })).toEqual({ packages: 1, policies: [], warnings: [] });
  });

  test("needs no registry once its dependencies are there", async () => {
    const directory = modules.module("mini.test/end@v0", PLATWEB_DEP, 'package endu\n\nimport "mini.test/platweb@v0"\n\nplatweb\n');
    expect(await vet(directory)).toMatchObject({ code: 0 });
    modules.disconnect();
    try {
      expect(await vet(directory)).toMatchObject({ code: 0, stderr: "valid: 1 package, 1 policy\n" });
    } finally {
      modules.connect();
    }
  });
});

describe("an invalid module", () => {
  test("has all errors of all packages, with their places", async () => {
    const directory = modules.module("bad.test/eval@v0", {}, "package eval\n\na: 1\na: 2\nb: *1 | 2\nb: 3\n", {
      "sub/b.cue": "package sub\nc: d: string & 1\n",
    });
    const { code, stdout, stderr } = await vet(directory);
    expect([code, stdout, stderr]).toEqual([
      2,
      "",
      [
        "opm: the module is not valid: 4 problems",
        "  a: conflicting values 2 and 1",
        "    main.cue:3:4",
        "    main.cue:4:4",
        "  b: conflicting values 1 and 3",
        "    main.cue:5:5",
        "    main.cue:6:4",
        "  b: conflicting values 2 and 3",
        "    main.cue:5:9",
        "    main.cue:6:4",
        "  c.d: conflicting values string and 1 (mismatched types string and int)",
        "    sub/b.cue:2:7",
        "    sub/b.cue:2:16",
        "",
      ].join("\n"),
    ]);
    expect((await modules.cue(["vet", "./..."], { directory })).code).not.toBe(0);
  });

  test("has the errors of syntax of every file", async () => {
    const directory = modules.module("bad.test/syntax@v0", {}, "package syntax\n\na: {\n", { "b_tool.cue": "package syntax\nb: [\n" });
    const { code, stderr } = await vet(directory);
    expect([code, stderr.match(/(?:main|b_tool)\.cue:\d+:\d+/g)]).toEqual([2, ["b_tool.cue:2:6", "main.cue:3:6"]]);
  });

  test("is told as JSON", async () => {
    const directory = modules.module("bad.test/eval@v0", {}, "package eval\n\na: 1\na: 2\n");
    const { code, stdout } = await vet(directory, "--json");
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      { error: expect.objectContaining({ code: "refused", diagnostics: [expect.objectContaining({ path: "a", positions: expect.any(Array) })] }) },
    ]);
  });

  for (const [title, text, message] of [
    [
      "a policy with a default",
      "#policies: p: {appliesTo: kinds: [], constrain: spec: root: *false | bool}",
      "#policies.p.spec.root: this part of the policy is a default",
    ],
    [
      "a policy with an optional field",
      "#policies: p: {appliesTo: kinds: [], constrain: spec: root?: false}",
      "#policies.p.spec.root: this part of the policy is optional",
    ],
    ["debugValues that do not fit", '#config: port: int\ndebugValues: port: "x"', "#config.port: conflicting values"],
    ["debugValues that are not enough", "#config: {port: int, name: string}\ndebugValues: port: 1", "#config.name: incomplete value string"],
    [
      "an object against its policies",
      '#policies: p: {match: kind: "Pod", constrain: a: 1}\n#resources: x: {apiVersion: "v1", kind: "Pod", metadata: name: "x", a: 2}',
      "#resources.x.a: conflicting values 1 and 2",
    ],
  ] as const) {
    test(title, async () => {
      expect(await vet(modules.module("bad.test/app@v0", {}, `package app\n\n${text}\n`))).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    });
  }
});

describe("values", () => {
  const config = "package app\n\n#config: {image!: string, port: int | *80}\n";

  test("of a file are checked in place of debugValues", async () => {
    const directory = modules.module("app.test/app@v0", {}, `${config}debugValues: image: 7\n`, { "good.yaml": "image: x\n", "bad.yaml": "imag: x\n" });
    expect(await vet(directory)).toMatchObject({ code: 2 });
    expect(await vet(directory, "-f", "good.yaml")).toMatchObject({ code: 0 });
    expect(await vet(directory, "-f", "bad.yaml")).toMatchObject({ code: 2, stderr: expect.stringContaining("bad.yaml:1:1") });
    expect(await vet(directory, "-f", "none.yaml")).toMatchObject({ code: 5, stderr: expect.stringContaining("none.yaml") });
  });

  test("that are missing are told, as a module may leave them to its users", async () => {
    const { code, stderr } = await vet(modules.module("app.test/app@v0", {}, config));
    expect([code, stderr]).toEqual([0, expect.stringContaining("#config has fields without a value")]);
  });
});
