import { describe, expect, test } from "bun:test";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useRegistry } from "../support/use-registry.ts";
import { moduleFile, useModules } from "./publish/use-modules.ts";

const { server } = useRegistry();
const modules = useModules(() => ({ CUE_REGISTRY: `127.0.0.1:${server().port}` }));
const { CUE_CACHE_DIR: cache = "" } = modules.environment;
const limit = 60_000;

let count = 0;
/** A project that renders what its one dependency says, which is in the cache. */
async function project(): Promise<{ readonly root: string; readonly extracted: string; readonly download: string; readonly name: string }> {
  const path = `damaged.test/lib${count++}`;
  const library = modules.write({ "module.cue": moduleFile(`${path}@v1`), "a.cue": 'package a\n\nx: "good"\n' });
  expect((await modules.opm(["mod", "publish", "v1.0.0"], { directory: library })).code).toBe(0);
  const root = modules.write({
    "module.cue": moduleFile("app.test/main@v0"),
    "main.cue": `package main\n\nimport "${path}@v1:a"\n\nresources: config: {apiVersion: "v1", kind: "ConfigMap", metadata: name: a.x}\n`,
  });
  expect((await modules.opm(["mod", "get", `${path}@v1.0.0`], { directory: root })).code).toBe(0);
  const download = join(cache, "mod", "download", path, "@v", "v1.0.0");
  return { root, extracted: join(cache, "mod", "extract", `${path}@v1.0.0`, "a.cue"), download, name: `${path}@v1.0.0` };
}

function edit(file: string, text: string): void {
  chmodSync(file, 0o644);
  writeFileSync(file, text);
}

/** Without a registry. */
const offline = { CUE_REGISTRY: "127.0.0.1:1" };

describe("a damaged module cache", () => {
  test(
    "an edited file is never built with, and get makes it anew without a registry",
    async () => {
      const { root, extracted, name } = await project();
      edit(extracted, 'package a\n\nx: "evil"\n');
      const refused = await modules.opm(["mod", "build"], { directory: root });
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toContain(`damaged copy of ${name}`);
      expect(refused.stderr).toContain("a.cue was changed");
      expect(refused.stderr).toContain("opm mod get --force");
      const repaired = await modules.opm(["mod", "get"], { directory: root, environment: offline });
      expect([repaired.code, repaired.stderr]).toEqual([0, expect.stringContaining(`damaged copy of ${name}`)]);
      const built = await modules.opm(["mod", "build"], { directory: root, environment: offline });
      expect([built.code, built.stdout]).toEqual([0, expect.stringContaining("name: good")]);
    },
    limit,
  );

  test(
    "a broken archive is fetched anew once, and only named where there is no registry",
    async () => {
      const { root, extracted, download, name } = await project();
      edit(`${download}.zip`, "not a zip");
      chmodSync(join(extracted, ".."), 0o755);
      rmSync(extracted);
      const unreachable = await modules.opm(["mod", "build"], { directory: root, environment: offline });
      expect([unreachable.code, unreachable.stdout]).toEqual([3, ""]);
      expect(unreachable.stderr).toContain(name);
      const built = await modules.opm(["mod", "build"], { directory: root });
      expect([built.code, built.stdout]).toEqual([0, expect.stringContaining("name: good")]);
      expect(built.stderr).toContain(`warning: the module cache had a damaged copy of ${name}`);
      const again = await modules.opm(["mod", "build"], { directory: root, environment: offline });
      expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining("damaged")]);
      await modules.judge(["export"], { directory: root });
    },
    limit,
  );

  test(
    "--force keeps the old copy when the network fails",
    async () => {
      const { root } = await project();
      const { code } = await modules.opm(["mod", "get", "--force"], { directory: root, environment: offline });
      expect(code).toBe(3);
      expect((await modules.opm(["mod", "build"], { directory: root, environment: offline })).code).toBe(0);
      expect((await modules.opm(["cache", "verify"])).code).toBe(0);
    },
    limit,
  );
});
