import { beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configRegistryOutput } from "../../../src/cli/commands/config/registry.output.ts";
import { configShowOutput } from "../../../src/cli/commands/config/show.output.ts";
import { useRegistry } from "../../support/use-registry.ts";
import { moduleFile, useModules } from "../publish/use-modules.ts";

const first = useRegistry();
const second = useRegistry();
const modules = useModules();
const home = join(modules.path, "home");
const file = join(home, ".opm", "config.yaml");

beforeEach(() => {
  rmSync(join(home, ".opm"), { recursive: true, force: true });
  mkdirSync(join(home, ".opm"));
});

/** Both registries, each for a prefix; the second one below a folder. */
function writeBoth(): void {
  const url = `127.0.0.1:${second.server().port}/mods`;
  writeFileSync(file, `registries:\n  lib.test: "127.0.0.1:${first.server().port}"\n  "registry.test": {url: "${url}", insecure: true}\n`);
}

function library(path: string): string {
  return modules.write({ "module.cue": moduleFile(path), "a.cue": "package a\n\nx: 1\n" });
}

describe("~/.opm/config.yaml", () => {
  test("leads each module to its registry, and cue by the value that opm gives it", async () => {
    writeBoth();
    for (const path of ["lib.test/base@v1", "registry.test/pg@v1"]) {
      const { code, stderr } = await modules.opm(["mod", "publish", "v1.0.0"], { directory: library(path) });
      expect([path, code, stderr]).toEqual([path, 0, expect.stringContaining("published")]);
    }
    expect((await first.client.get("/v2/_catalog")).json()).toEqual({ repositories: ["lib.test/base"] });
    expect((await second.client.get("/v2/_catalog")).json()).toEqual({ repositories: ["mods/registry.test/pg"] });
    const { stdout } = await modules.opm(["config", "registry"]);
    expect(stdout).toBe(`CUE_REGISTRY=registry.test=127.0.0.1:${second.server().port}/mods,lib.test=127.0.0.1:${first.server().port},registry.cue.works\n`);
    const environment = { CUE_REGISTRY: stdout.trim().replace("CUE_REGISTRY=", "") };
    const app = modules.write({
      "module.cue": moduleFile("app.test/main@v0"),
      "main.cue": 'package main\n\nimport (\n\t"lib.test/base@v1:a"\n\tpg "registry.test/pg@v1:a"\n)\n\nout: {a, pg}\n',
    });
    await modules.judge(["mod", "tidy"], { directory: app, environment });
    expect(JSON.parse(await modules.judge(["export"], { directory: app, environment }))).toEqual({ out: { x: 1 } });
    const tidied = await Bun.file(join(app, "cue.mod", "module.cue")).text();
    writeFileSync(join(app, "cue.mod", "module.cue"), moduleFile("app.test/main@v0"));
    const place = `127.0.0.1:${second.server().port}/mods/registry.test/pg@v1.0.0`;
    const got = await modules.opm(["mod", "get", "lib.test/base@v1.0.0", place], { directory: app, environment: { CUE_CACHE_DIR: modules.fresh("cold") } });
    expect([got.code, got.stdout]).toEqual([0, "+ lib.test/base@v1 v1.0.0\n+ registry.test/pg@v1 v1.0.0\n"]);
    await modules.judge(["mod", "tidy", "--check"], { directory: app, environment });
    expect(tidied).toContain('"registry.test/pg@v1"');
  });

  test("goes before CUE_REGISTRY, and after OPM_MODULE_REGISTRY and --registry", async () => {
    writeFileSync(file, "registries: {lib.test: file.test}\n");
    const registry = async (args: readonly string[], environment: Record<string, string>) =>
      (await modules.opm(["config", "registry", ...args], { environment })).stdout.trim();
    expect(await registry([], { CUE_REGISTRY: "lib.test=cue.test,rest.test" })).toBe("CUE_REGISTRY=lib.test=file.test,rest.test");
    expect(await registry([], { OPM_MODULE_REGISTRY: "own.test", CUE_REGISTRY: "cue.test" })).toBe("CUE_REGISTRY=own.test");
    expect(await registry(["--registry", "lib.test=flag.test"], { OPM_MODULE_REGISTRY: "own.test" })).toBe("CUE_REGISTRY=lib.test=flag.test,own.test");
  });

  test("what it says, and what it does not get to say, is shown with its place", async () => {
    writeFileSync(file, "registries:\n  lib.test: file.test/x\n  own.test: file.test\n");
    const environment = { OPM_MODULE_REGISTRY: "own.test=o.test", CUE_REGISTRY: "lib.test/a=c.test,d.test" };
    const { stdout } = await modules.opm(["config", "show", "--origin"], { environment });
    expect(stdout).toMatch(/^registries\.own\.test +o\.test +OPM_MODULE_REGISTRY$/m);
    expect(stdout).toMatch(/^registries\.lib\.test +file\.test\/x +~\/\.opm\/config\.yaml:2:3$/m);
    expect(stdout).toMatch(/^registries\.\* +d\.test +CUE_REGISTRY$/m);
    expect(stdout).toMatch(/^registries\.own\.test +file\.test +~\/\.opm\/config\.yaml:3:3, without effect: OPM_MODULE_REGISTRY goes first$/m);
    expect(stdout).toMatch(/^registries\.lib\.test\/a +c\.test +CUE_REGISTRY, without effect: ~\/\.opm\/config\.yaml:2:3 goes first$/m);
    const json = JSON.parse((await modules.opm(["config", "show", "--json"], { environment })).stdout);
    expect(json).toContainEqual({ name: "registries.own.test", value: "file.test", origin: "~/.opm/config.yaml:3:3", shadowedBy: "OPM_MODULE_REGISTRY" });
    expect(configShowOutput.parse(json)).toEqual(json);
  });

  test("a value that a shell must not touch is quoted, and JSON has the routes", async () => {
    writeFileSync(file, "registries: {lib.test: {url: r.test/x, stripPrefix: true}}\n");
    const { stdout } = await modules.opm(["config", "registry"]);
    const shell = Bun.spawnSync(["sh", "-c", `${stdout.trim()}; printf %s "$CUE_REGISTRY"`]);
    const json = JSON.parse((await modules.opm(["config", "registry", "--json"])).stdout);
    expect(shell.stdout.toString()).toBe(json.registry);
    expect(configRegistryOutput.parse(json)).toEqual(json);
    expect(await modules.judge(["mod", "resolve", "lib.test/base@v1.0.0"], { environment: { CUE_REGISTRY: json.registry } })).toBe("r.test/x/base:v1.0.0");
    // opm reads what it printed
    const again = await modules.opm(["mod", "resolve", "lib.test/base@v1.0.0", "--registry", json.registry]);
    expect(again.stdout).toContain("r.test/x/base:v1.0.0");
  });
});

describe("opm config check", () => {
  test("a good file", async () => {
    writeBoth();
    expect(await modules.opm(["config", "check", "--listen", "127.0.0.1:0"])).toEqual({
      code: 0,
      stdout: "the configuration (no file) is valid\n~/.opm/config.yaml is valid\n",
      stderr: "",
    });
  });

  test.each([
    ['registries:\n  lib.test: r.test\n  "lib.test": s.test\n', "~/.opm/config.yaml:3:3: duplicate key lib.test"],
    ["registries:\n  lib.test: {url: r.test, insecur: true}\n", "~/.opm/config.yaml:2:27: registries.lib.test.insecur: unknown key; did you mean insecure?"],
    ["registries:\n  lib.test: r.test/x:v1\n", "~/.opm/config.yaml:2:13: registries.lib.test: it has a tag"],
    ["registries:\n  a.test: r.test\n  b.test: {url: r.test/x, insecure: true}\n", "~/.opm/config.yaml:3:3: the registry r.test is with TLS for a.test"],
    ["registries:\n\ta.test: r.test\n", "~/.opm/config.yaml:2:1: "],
    ["registries: {a.test: [}\n", "~/.opm/config.yaml:1:"],
  ])("refuses %j", async (text, message) => {
    writeFileSync(file, text);
    for (const command of [
      ["config", "check"],
      ["config", "registry"],
      ["mod", "resolve", "lib.test/base"],
    ]) {
      const { code, stdout, stderr } = await modules.opm(command);
      expect([command, code, stdout, stderr]).toEqual([command, 2, "", expect.stringContaining(`opm: ${message}`)]);
    }
  });

  test("accepts a scheme, and names what both files have wrong", async () => {
    writeFileSync(file, 'registries: {lib.test: "https://r.test/x/"}\n');
    expect((await modules.opm(["mod", "resolve", "lib.test/base"])).stdout).toContain(" r.test/x/lib.test/base ");
    writeFileSync(file, "registrys: {}\n");
    const directory = modules.write({ "opm.yaml": "limts: {}\n" });
    const { code, stderr } = await modules.opm(["config", "check"], { directory });
    expect([code, stderr]).toEqual([
      2,
      "opm: opm.yaml:1:1: limts: unknown key; did you mean limits?\nopm: ~/.opm/config.yaml:1:1: registrys: unknown key; did you mean registries?\n",
    ]);
  });

  test("what stands in the environment is checked, too, and told what a scheme should be", async () => {
    const { code, stderr } = await modules.opm(["config", "check"], { environment: { CUE_REGISTRY: "http://127.0.0.1:5000" } });
    expect([code, stderr]).toEqual([2, "opm: CUE_REGISTRY: a registry is written without a scheme: '127.0.0.1:5000+insecure', not http://…\n"]);
  });
});
