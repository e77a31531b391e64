import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { useRegistry } from "../../support/use-registry.ts";
import { moduleFile, useModules } from "../publish/use-modules.ts";

const { server } = useRegistry();
const host = () => `127.0.0.1:${server().port}`;
// nothing is asked of the central registry
const modules = useModules(() => ({ CUE_REGISTRY: "none" }));

async function publish(path: string, ...versions: readonly string[]): Promise<void> {
  const directory = modules.write({ "module.cue": moduleFile(path), "a.cue": "package a\n\nx: 1\n" });
  for (const version of versions) {
    const { code, stderr } = await modules.opm(["mod", "publish", `${host()}/mods`, version], { directory });
    expect([code, stderr]).toEqual([0, expect.stringContaining("published")]);
  }
}

describe("opm mod versions", () => {
  test("lists the newest first, without what is no version", async () => {
    await publish("lib.test/base@v1", "v1.2.0", "v1.10.0", "v1.11.0-rc.1");
    await publish("lib.test/base@v2", "v2.0.0");
    for (const junk of ["latest", "v0", "v0.9", "0.9.9", "v1.2.3_build"]) {
      const pushed = await modules.opm(["tag", `${host()}/mods/lib.test/base:v1.2.0`, junk]);
      expect([junk, pushed.code]).toEqual([junk, 0]);
    }
    const args = ["mod", "versions", "lib.test/base", "--registry", `${host()}/mods`];
    expect(await modules.opm(args)).toEqual({
      code: 0,
      stdout: "v2.0.0\nv1.10.0\nv1.2.0\n",
      stderr: `3 versions of lib.test/base at ${host()}/mods/lib.test/base (--registry)\n1 pre-release is not shown: give --pre\n`,
    });
    expect((await modules.opm([...args, "--pre", "--quiet"])).stdout).toBe("v2.0.0\nv1.11.0-rc.1\nv1.10.0\nv1.2.0\n");
    expect((await modules.opm(["mod", "versions", "lib.test/base@v1", "--quiet", "--registry", `${host()}/mods`])).stdout).toBe("v1.10.0\nv1.2.0\n");
    expect(await modules.json(["mod", "versions", `${host()}/mods/lib.test/base`, "--registry", `${host()}/mods`])).toEqual({
      module: "lib.test/base",
      repository: `${host()}/mods/lib.test/base`,
      origin: "--registry",
      versions: ["v2.0.0", "v1.10.0", "v1.2.0"],
      hidden: 1,
      entry: null,
    });
  });

  test.each([
    [["lib.test/none"], 5, "lib.test/none"],
    [["lib.test/base@v1.2.0"], 2, "expected lib.test/base, or lib.test/base@vN"],
    [["Upper.test/x"], 2, "Upper.test/x is no module path, as upper-case letters such as U are not allowed"],
  ])("refuses %p", async (args, code, message) => {
    const ran = await modules.opm(["mod", "versions", ...args, "--registry", `${host()}/mods`]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([code, "", expect.stringContaining(message)]);
  });

  test("says what the configuration lacks for a place that it does not lead to", async () => {
    const { code, stderr } = await modules.opm(["mod", "versions", `${host()}/mods/lib.test/base`]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`registries: {"lib.test": "${host()}/mods"}`)]);
  });

  test("a module path without a route is asked of the host that it names", async () => {
    const { code, stderr } = await modules.opm(["mod", "versions", "no.such.host.invalid/x"], { environment: { CUE_REGISTRY: "" } });
    expect([code, stderr]).toEqual([3, expect.stringContaining("no.such.host.invalid")]);
    expect(stderr).toContain(
      `no registry for no.such.host.invalid, so no.such.host.invalid was asked; for modules of CUE's central registry say there: registries: {"*"`,
    );
  });
});

describe("opm mod resolve", () => {
  test("says for modules where they are, and what says so", async () => {
    const environment = { OPM_MODULE_REGISTRY: "lib.test=r.test/x,none", CUE_REGISTRY: "" };
    const { code, stdout, stderr } = await modules.opm(["mod", "resolve", "lib.test/base@v1.0.0", "lib.test/left@v0"], { environment });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["MODULE", "REFERENCE", "SAID BY"],
      ["lib.test/base@v1.0.0", "r.test/x/lib.test/base:v1.0.0", "OPM_MODULE_REGISTRY"],
      ["lib.test/left", "r.test/x/lib.test/left", "OPM_MODULE_REGISTRY"],
      [""],
    ]);
    const missing = await modules.opm(["mod", "resolve", "other.test/x"], { environment });
    expect([missing.code, missing.stderr]).toEqual([5, "opm: no registry has other.test/x: OPM_MODULE_REGISTRY says none\n"]);
  });

  test("says it for this module and for its dependencies, as cue does", async () => {
    const environment = { CUE_REGISTRY: "lib.test=r.test/x,s.test" };
    const directory = modules.write({ "module.cue": moduleFile("app.test/main@v0", { deps: { "lib.test/base@v1": "v1.0.0" } }) });
    expect(await modules.json(["mod", "resolve"], { directory, environment })).toMatchObject({
      modules: [{ module: "app.test/main", reference: "s.test/app.test/main" }],
    });
    const deps = await modules.json(["mod", "resolve", "--deps"], { directory, environment });
    expect(deps).toEqual({
      modules: [{ module: "lib.test/base", version: "v1.0.0", reference: "r.test/x/lib.test/base:v1.0.0", insecure: false, origin: "CUE_REGISTRY" }],
    });
    expect(await modules.judge(["mod", "resolve", "--deps"], { directory, environment })).toContain("r.test/x/lib.test/base:v1.0.0");
  });
});

describe("opm mod get", () => {
  test("a place that the configuration does not lead to changes nothing, and names the entry", async () => {
    await publish("lib.test/got@v1", "v1.0.0");
    const text = moduleFile("app.test/main@v0");
    const directory = modules.write({ "module.cue": text });
    const { code, stderr } = await modules.opm(["mod", "get", `${host()}/mods/lib.test/got@v1.0.0`], { directory });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`add this to ~/.opm/config.yaml: registries: {"lib.test": "${host()}/mods"}, then run: opm mod get`),
    ]);
    expect(await Bun.file(join(directory, "cue.mod", "module.cue")).text()).toBe(text);
    // the entry does it
    const home = modules.fresh("home");
    await Bun.write(join(home, ".opm", "config.yaml"), /registries: \{.*?\}/.exec(stderr)?.[0] ?? "");
    const got = await modules.opm(["mod", "get", `${host()}/mods/lib.test/got@v1.0.0`], { directory, environment: { HOME: home } });
    expect([got.code, got.stdout]).toEqual([0, "+ lib.test/got@v1 v1.0.0\n"]);
  });

  test("a module path without a route is asked of the host that it names, and nobody else", async () => {
    const directory = modules.write({ "module.cue": moduleFile("app.test/main@v0") });
    const { code, stderr } = await modules.opm(["mod", "get", "no.such.host.invalid/x@v1.0.0"], { directory, environment: { CUE_REGISTRY: "" } });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/cannot reach no\.such\.host\.invalid.*has no registry for no\.such\.host\.invalid/)]);
  });
});
