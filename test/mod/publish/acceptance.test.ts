import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { OWN_PREFIX } from "../../support/distribution.ts";
import { REAL_REGISTRIES, useRealRegistries } from "./real-registries.ts";
import { moduleFile, useModules } from "./use-modules.ts";

setDefaultTimeout(90_000);
const hostOf = useRealRegistries();
const modules = useModules();
let count = 0;

for (const name of REAL_REGISTRIES) {
  describe(name, () => {
    const settings = () => ({ CUE_REGISTRY: `${hostOf(name)}/${OWN_PREFIX}` });
    const library = () => {
      const base = `lib.test/base${count++}`;
      const root = modules.write({ "module.cue": moduleFile(`${base}@v1`), "base.cue": "package base\n\nx: 1\n" });
      const at = (path: string) =>
        fetch(`http://${hostOf(name)}/v2/${OWN_PREFIX}/${base}/${path}`, { headers: { Accept: "application/vnd.oci.image.manifest.v1+json" } });
      return { root, base, at, options: { directory: root, environment: settings() } };
    };

    test("a module with dependencies goes there, and cue builds with it", async () => {
      const { base, options } = library();
      const published = await modules.opm(["mod", "publish", `${hostOf(name)}/${OWN_PREFIX}`, "v1.0.0"], { directory: options.directory });
      expect([published.code, published.stdout]).toEqual([0, expect.stringContaining(`${hostOf(name)}/${OWN_PREFIX}/${base}:v1.0.0`)]);
      const left = `lib.test/left${count++}`;
      const user = modules.write({
        "module.cue": moduleFile(`${left}@v0`, { deps: { [`${base}@v1`]: "v1.0.0" } }),
        "l.cue": `package left\n\nimport "${base}@v1:base"\n\nbase\nl: 1\n`,
      });
      expect(await modules.opm(["mod", "publish", "v0.1.0"], { directory: user, environment: settings() })).toMatchObject({ code: 0 });
      const app = modules.write({ "module.cue": moduleFile(`app.test/main${count++}@v0`), "a.cue": `package main\n\nimport "${left}@v0:left"\n\nout: left\n` });
      const environment = { ...settings(), CUE_CACHE_DIR: modules.fresh("cache") };
      await modules.judge(["mod", "tidy"], { directory: app, environment });
      expect(JSON.parse(await modules.judge(["export"], { directory: app, environment }))).toEqual({ out: { x: 1, l: 1 } });
    });

    test("the manifest is that of cue", async () => {
      const { base, at, options } = library();
      await modules.json(["mod", "publish", "v1.0.0"], options);
      await modules.judge(["mod", "publish", "v1.0.0"], { ...options, environment: { CUE_REGISTRY: `${hostOf(name)}/${OWN_PREFIX}/judge` } });
      const theirs = await fetch(`http://${hostOf(name)}/v2/${OWN_PREFIX}/judge/${base}/manifests/v1.0.0`, {
        headers: { Accept: "application/vnd.oci.image.manifest.v1+json" },
      });
      expect(await (await at("manifests/v1.0.0")).text()).toBe(await theirs.text());
    });

    test("the same again is well, by cue or by opm before; other content is not", async () => {
      const { root, at, options } = library();
      await modules.judge(["mod", "publish", "v1.0.0"], options);
      const digest = (await at("manifests/v1.0.0")).headers.get("Docker-Content-Digest");
      expect(await modules.json(["mod", "publish", "v1.0.0"], options)).toMatchObject({ state: "identical", digest });
      await Bun.write(join(root, "more.cue"), "package base\n");
      const refused = await modules.opm(["mod", "publish", "v1.0.0"], options);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/other content \(added more\.cue\).*v1\.0\.1/)]);
      expect((await at("manifests/v1.0.0")).headers.get("Docker-Content-Digest")).toBe(digest);
      expect(await modules.json(["mod", "publish", "v1.0.1"], options)).toMatchObject({ state: "published" });
      expect(await (await at("tags/list")).json()).toMatchObject({ tags: ["v1.0.0", "v1.0.1"] });
    });

    test("nothing is there of what was refused", async () => {
      const { root, at, options } = library();
      await Bun.write(join(root, "x.cue"), "package base\n\nx: 2\n");
      const refused = await modules.opm(["mod", "publish", "v1.0.0"], options);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/conflicting values[\s\S]*x\.cue:3/)]);
      expect((await at("tags/list")).status).toBe(404);
    });

    test("eight at once with the same content all succeed, and other content is refused", async () => {
      const { at, options } = library();
      const same = await Promise.all(Array.from({ length: 8 }, () => modules.opm(["mod", "publish", "v1.0.0"], options)));
      expect(same.map(({ code }) => code)).toEqual(Array(8).fill(0));
      const others = await Promise.all(
        Array.from({ length: 3 }, async (_, index) => {
          const root = modules.write({
            "module.cue": await Bun.file(join(options.directory, "cue.mod", "module.cue")).text(),
            "o.cue": `package base\n\no: ${index}\n`,
          });
          return await modules.opm(["mod", "publish", "v1.0.0"], { ...options, directory: root });
        }),
      );
      expect(others.map(({ code }) => code)).toEqual([2, 2, 2]);
      expect((await at("manifests/v1.0.0")).status).toBe(200);
    });
  });
}

test("of several at once with other content one publishes, where the registry can tell", async () => {
  const environment = { CUE_REGISTRY: `${hostOf("opm serve")}/race` };
  const roots = Array.from({ length: 5 }, (_, index) =>
    modules.write({ "module.cue": moduleFile("lib.test/raced@v0"), "o.cue": `package raced\n\no: ${index}\n` }),
  );
  const ran = await Promise.all(roots.map((directory) => modules.opm(["mod", "publish", "v0.1.0"], { directory, environment })));
  expect(ran.map(({ code }) => code).sort()).toEqual([0, 2, 2, 2, 2]);
  const loser = ran.find(({ code }) => code === 2);
  expect(loser?.stderr).toContain("already published with other content");
});

test("a mirror has what refers to a version, too", async () => {
  const [from, to] = [`${hostOf("opm serve")}/notes`, `${hostOf("distribution")}/${OWN_PREFIX}/notes`];
  const root = modules.write({ "module.cue": moduleFile("lib.test/signed@v0"), "a.cue": "package signed\n" });
  await modules.json(["mod", "publish", from, "v0.1.0"], { directory: root });
  const [file, type] = [modules.fresh("signature"), "application/vnd.example.signature.v1"];
  await Bun.write(file, "signed");
  expect(await modules.opm(["attach", "-t", type, `${from}/lib.test/signed:v0.1.0`, file])).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^attached to sha256:[0-9a-f]{64}: \d.* B/m),
  });
  const args = ["mod", "mirror", "--from", from, "--to", to, "lib.test/signed@v0.1.0"];
  expect(await modules.opm([...args, "--no-referrers"])).toMatchObject({ code: 0 });
  const referrers = async () => (await modules.opm(["referrers", `${to}/lib.test/signed:v0.1.0`])).stdout;
  expect(await referrers()).not.toContain(type);
  expect(await modules.opm(args)).toMatchObject({ code: 0, stdout: expect.stringContaining("present") });
  expect(await referrers()).toContain(type);
});

test("an unused dependency is named, and gone after tidy", async () => {
  const environment = { CUE_REGISTRY: `${hostOf("opm serve")}/unused` };
  const library = modules.write({ "module.cue": moduleFile("lib.test/base@v1"), "base.cue": "package base\n" });
  await modules.judge(["mod", "publish", "v1.0.0"], { directory: library, environment });
  const root = modules.write({ "module.cue": moduleFile("app.test/unused@v0", { deps: { "lib.test/base@v1": "v1.0.0" } }), "a.cue": "package unused\n" });
  const refused = await modules.opm(["mod", "publish", "v0.1.0"], { directory: root, environment });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/lib\.test\/base@v1 v1\.0\.0[\s\S]*cue\.mod\/module\.cue:\d/)]);
  await modules.json(["mod", "tidy"], { directory: root, environment });
  expect(await modules.json(["mod", "publish", "v0.1.0"], { directory: root, environment })).toMatchObject({ state: "published" });
});

test("a dependency that no registry has is not found", async () => {
  const root = modules.write({
    "module.cue": moduleFile("app.test/gone@v0", { deps: { "lib.test/gone@v0": "v0.1.0" } }),
    "a.cue": 'package gone\n\nimport "lib.test/gone@v0"\n\ngone\n',
  });
  const { code, stderr } = await modules.opm(["mod", "publish", "v0.1.0"], { directory: root, environment: { CUE_REGISTRY: `${hostOf("opm serve")}/gone` } });
  expect([code, stderr]).toEqual([5, expect.stringContaining("lib.test/gone")]);
});
