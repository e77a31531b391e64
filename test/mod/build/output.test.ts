import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildOutput } from "../../../src/cli/commands/mod/build.output.ts";
import { PLATWEB } from "../support/fixtures.ts";
import { usePublished, WEB_DEP } from "./published.ts";

const modules = usePublished();
const own = () => modules.module("mini.test/platweb@v0", WEB_DEP, PLATWEB);
const FILES = ["deployment-logger.yaml", "deployment-site.yaml", "service-site.yaml"];

const named = (...names: readonly string[]) =>
  modules.module(
    "app.test/app@v0",
    {},
    `package app\n\nobjects: [for n in ${JSON.stringify(names)} {apiVersion: "v1", kind: "ConfigMap", metadata: {name: n, namespace: "n-\\(n)"}}]\n`,
  );

describe("a file for each object", () => {
  test("has what the stream has", async () => {
    const directory = own();
    const { code, stdout } = await modules.opm(["mod", "build", "-q", "--split", "--out-dir", "m"], { directory });
    expect([code, stdout, readdirSync(join(directory, "m")).sort()]).toEqual([0, "", FILES]);
    const stream = await modules.opm(["mod", "build", "-q"], { directory });
    const parts = ["service-site.yaml", "deployment-logger.yaml", "deployment-site.yaml"].map((name) => readFileSync(join(directory, "m", name), "utf8"));
    expect(parts.join("---\n")).toBe(stream.stdout);
  });

  test("comes into manifests where nothing else is said, and replaces only itself", async () => {
    const directory = own();
    mkdirSync(join(directory, "manifests"));
    writeFileSync(join(directory, "manifests", "mine.yaml"), "mine");
    for (const format of ["yaml", "yaml"]) await modules.opm(["mod", "build", "--split", "-o", format], { directory });
    expect(readdirSync(join(directory, "manifests")).sort()).toEqual([...FILES.slice(0, 2), "mine.yaml", ...FILES.slice(2)]);
  });

  test("has a number where names are the same", async () => {
    const directory = named("a", "A");
    const output = buildOutput.parse(await modules.json(["mod", "build", "--split"], { directory }));
    expect(output).toMatchObject({ text: null, objects: [{ file: "manifests/configmap-a.yaml" }, { file: "manifests/configmap-a-2.yaml" }] });
  });

  test("is refused where a name leaves the folder, and then there is none", async () => {
    const directory = named("a", "../../x");
    const { code, stdout, stderr } = await modules.opm(["mod", "build", "--split"], { directory });
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining("cannot be the name of a file")]);
    expect(readdirSync(directory).sort()).toEqual(["cue.mod", "main.cue"]);
    expect(await modules.opm(["mod", "build"], { directory })).toMatchObject({ code: 0 });
  });

  test("is not written where another cannot be", async () => {
    const directory = named("a", "b");
    mkdirSync(join(directory, "manifests", "configmap-b.yaml"), { recursive: true });
    expect(await modules.opm(["mod", "build", "--split"], { directory })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("configmap-b.yaml is a folder"),
    });
    expect(readdirSync(join(directory, "manifests"))).toEqual(["configmap-b.yaml"]);
  });

  test("is what --out-dir is for", async () => {
    expect(await modules.opm(["mod", "build", "--out-dir", "m"], { directory: own() })).toMatchObject({ code: 2, stderr: expect.stringContaining("--split") });
  });
});

test("--json describes the objects and has the text", async () => {
  const directory = own();
  const output = buildOutput.parse(await modules.json(["mod", "build"], { directory }));
  expect(output).toMatchObject({ mode: "transform", policies: [{ name: "non-root" }], warnings: [] });
  expect(output.objects.map(({ kind, name, namespace, file }) => [kind, name, namespace, file])).toEqual([
    ["Service", "site", "default", null],
    ["Deployment", "logger", "default", null],
    ["Deployment", "site", "default", null],
  ]);
  expect(output.text).toBe((await modules.opm(["mod", "build"], { directory })).stdout);
});

describe("an expression", () => {
  test("gives what it names, as cue does", async () => {
    const directory = modules.module("app.test/app@v0", {}, 'package app\n\nimport "strings"\n\nx: {a: 1, b: strings.ToUpper("x")}\n');
    expect((await modules.opm(["mod", "build", "-e", "x", "-q"], { directory })).stdout).toBe("a: 1\nb: X\n");
    expect((await modules.opm(["mod", "build", "-e", "strings.Repeat(x.b, 2)", "-q"], { directory })).stdout).toBe("XX\n");
    for (const expression of ["y", "x.", "x.c"]) {
      expect(await modules.opm(["mod", "build", "-e", expression], { directory })).toMatchObject({ code: 2, stdout: "" });
      expect((await modules.cue(["export", "-e", expression], { directory })).code).not.toBe(0);
    }
  });
});

describe("a local replacement", () => {
  test("is used with a warning, and left out on demand", async () => {
    const changed = modules.module("lib.test/base@v0", {}, 'package base\n\nobjects: [{apiVersion: "v1", kind: "Pod", metadata: name: "changed"}]\n');
    await modules.publish("lib.test/base@v0", "v0.1.0", {}, 'package base\n\nobjects: [{apiVersion: "v1", kind: "Pod", metadata: name: "published"}]\n');
    const directory = modules.module("app.test/app@v0", { "lib.test/base@v0": "v0.1.0" }, 'package app\n\nimport "lib.test/base@v0"\n\nbase\n', {
      "cue.mod/local-module.cue": `deps: "lib.test/base@v0": replaceWith: ${JSON.stringify(changed)}\n`,
    });
    const local = await modules.opm(["mod", "build"], { directory });
    expect([local.code, local.stdout, local.stderr]).toEqual([
      0,
      expect.stringContaining("name: changed"),
      expect.stringContaining("replaces lib.test/base@v0"),
    ]);
    expect(await modules.opm(["mod", "build", "--no-local"], { directory })).toEqual({
      code: 0,
      stdout: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: published\n",
      stderr: "",
    });
  });
});
