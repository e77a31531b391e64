import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { OWN_PREFIX } from "../../support/distribution.ts";
import { REAL_REGISTRIES, useRealRegistries } from "../publish/real-registries.ts";
import { moduleFile, useModules } from "../publish/use-modules.ts";
import { type RandomGraph, randomGraph } from "../support/random-graph.ts";
import { filesBelow } from "../support/refusal.ts";

setDefaultTimeout(180_000);
const hostOf = useRealRegistries();
const modules = useModules();
const SEEDS = [11, 23, 47];
const ACCEPT = { headers: { Accept: "application/vnd.oci.image.manifest.v1+json" } };

type Tool = "opm" | "cue";
type Environment = Readonly<Record<string, string>>;

/** Runs the same by both, in folders, caches and registries of their own; gives what both made. */
async function both<T>(work: (tool: Tool) => Promise<T>): Promise<{ readonly opm: T; readonly cue: T }> {
  const [opm, cue] = await Promise.all([work("opm"), work("cue")]);
  return { opm, cue };
}

async function run(tool: Tool, args: readonly string[], options: { directory: string; environment: Environment }): Promise<string> {
  const { code, stdout, stderr } = await modules[tool](args, options);
  if (code !== 0) throw new Error(`${tool} ${args.join(" ")} exited with ${code}: ${stderr}`);
  return stdout;
}

const parsed = async (directory: string) => JSON.parse(await modules.judge(["export", "cue.mod/module.cue"], { directory }));

/** All that a registry has of some modules. */
async function contentOf(host: string, graph: RandomGraph): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  for (const repository of new Set(graph.modules.map(({ path }) => path.replace(/@.*/, "")))) {
    const place = `http://${host}/${repository}`;
    const { tags } = (await (await fetch(`${place}/tags/list`)).json()) as { tags: string[] };
    content[`${repository} tags`] = tags.sort();
    for (const tag of tags) {
      const text = await (await fetch(`${place}/manifests/${tag}`, ACCEPT)).text();
      content[`${repository}:${tag}`] = text;
      for (const { digest } of JSON.parse(text).layers as { digest: string }[]) {
        content[`${repository}@${digest}`] = Bun.hash(await (await fetch(`${place}/blobs/${digest}`)).arrayBuffer());
      }
    }
  }
  return content;
}

/** The files of a cache that hold modules, with what is in them and who may do what. */
function cacheOf(cache: string): Record<string, string> {
  const root = join(cache, "mod");
  const files = Object.entries(filesBelow(root)).filter(([name]) => !name.endsWith(".lock"));
  return Object.fromEntries(files.map(([name, text]) => [name, `${(statSync(join(root, name)).mode & 0o777).toString(8)} ${text}`]));
}

for (const name of REAL_REGISTRIES.filter((each) => each !== "cue mod registry")) {
  describe(name, () => {
    for (const seed of name === "opm serve" ? SEEDS : SEEDS.slice(0, 1)) {
      test(`opm and cue do the same with modules of seed ${seed}`, async () => {
        const graph = randomGraph(`g${seed}`, seed);
        const registry = (tool: Tool) => `${hostOf(name)}/${OWN_PREFIX}/${tool}`;
        const setting = (tool: Tool, cache = modules.fresh("cache")) => ({ CUE_REGISTRY: registry(tool), CUE_CACHE_DIR: cache });

        // what is required is published first; a module has to name all that its dependencies require
        const before = setting("cue");
        for (const { version, files } of graph.modules) {
          const directory = modules.write(files);
          await run("cue", ["mod", "tidy"], { directory, environment: before });
          await both((tool) => run(tool, ["mod", "publish", version], { directory, environment: { ...before, CUE_REGISTRY: registry(tool) } }));
        }
        expect(await contentOf(`${hostOf(name)}/v2/${OWN_PREFIX}/opm`, graph)).toEqual(await contentOf(`${hostOf(name)}/v2/${OWN_PREFIX}/cue`, graph));

        const tidied = await both(async (tool) => {
          const [directory, environment] = [modules.write(graph.app), setting(tool)];
          await run(tool, ["mod", "tidy"], { directory, environment });
          const tidy = await parsed(directory);
          await run(tool, tool === "opm" ? ["mod", "vet"] : ["vet", "./..."], { directory, environment });
          // cue reads what opm left in the cache, and the other way round
          const exported = await modules.judge(["export", "."], { directory, environment: { ...environment, CUE_REGISTRY: "127.0.0.1:1" } });
          const check = await modules[tool === "opm" ? "cue" : "opm"](["mod", "tidy", "--check"], { directory, environment });
          const text = readFileSync(join(directory, "cue.mod", "module.cue"), "utf8");
          // the file that cue wrote stays as it is, byte for byte
          if (tool === "cue") {
            await run("opm", ["mod", "tidy"], { directory, environment });
            expect(readFileSync(join(directory, "cue.mod", "module.cue"), "utf8")).toBe(text);
          }
          return { tidy, exported, check: check.code };
        });
        expect(tidied.opm).toEqual(tidied.cue);

        const got = await both(async (tool) => {
          const [directory, environment] = [modules.write(graph.app), setting(tool)];
          const steps: unknown[] = [];
          for (const { path, version } of graph.imported) {
            const { code } = await modules[tool](["mod", "get", `${path.replace(/@.*/, "")}@${version}`], { directory, environment });
            steps.push(code === 0 ? await parsed(directory) : "refused");
          }
          const resolved = await run(tool, ["mod", "resolve", "--deps"], { directory, environment });
          const exported = await run("cue", ["export", "."], { directory, environment });
          // what is there of both, before one of them fetched more
          if (tool === "opm") await run("opm", ["cache", "verify"], { directory, environment });
          return { steps, exported, resolved: resolved.match(/g\d+\.test\/\S+:v\S+/g)?.sort(), cache: cacheOf(environment.CUE_CACHE_DIR) };
        });
        expect({ ...got.opm, cache: {} }).toEqual({ ...got.cue, cache: {} });
        // opm fetches archives of all that is in the build list; what cue fetched is there, byte for byte
        const theirs = Object.entries(got.cue.cache).filter(([file]) => file in got.opm.cache);
        expect(theirs.length).toBeGreaterThan(2);
        for (const [file, text] of theirs) expect([file, got.opm.cache[file]]).toEqual([file, text]);
      });
    }
  });
}

test("a version lower than a dependency requires is tidy for cue: it is not built with, and what mends it is said", async () => {
  const registry = `${hostOf("distribution")}/${OWN_PREFIX}/low`;
  const environment = { CUE_REGISTRY: registry, CUE_CACHE_DIR: modules.fresh("cache") };
  const publish = (path: string, version: string, text: string, deps = {}) =>
    modules.judge(["mod", "publish", version], { directory: modules.write({ "module.cue": moduleFile(path, { deps }), "x.cue": text }), environment });
  await publish("low.test/base@v1", "v1.0.0", "package base\n\nx: 1\n");
  await publish("low.test/base@v1", "v1.1.0", "package base\n\nx: 1\ny: 1\n");
  await publish("low.test/user@v0", "v0.1.0", 'package user\n\nimport "low.test/base@v1"\n\nbase.y\n', { "low.test/base@v1": "v1.1.0" });
  const directory = modules.write({
    "module.cue": moduleFile("app.test/a@v0", { deps: { "low.test/base@v1": "v1.0.0", "low.test/user@v0": "v0.1.0" } }),
    "a.cue": 'package a\n\nimport (\n\t"low.test/base@v1"\n\t"low.test/user@v0"\n)\n\nout: [base, user]\n',
  });
  await modules.judge(["mod", "tidy", "--check"], { directory, environment });
  expect(await modules.opm(["mod", "tidy", "--check"], { directory, environment })).toMatchObject({ code: 0 });
  for (const verb of [["vet"], ["build", "-e", "out"], ["publish", "v0.1.0"]]) {
    const { code, stderr } = await modules.opm(["mod", ...verb], { directory, environment });
    expect([verb, code, stderr]).toEqual([
      verb,
      2,
      expect.stringMatching(/base@v1 at v1\.0\.0, but low\.test\/user@v0\.1\.0 needs v1\.1\.0: run opm mod get low\.test\/base@v1\.1\.0/),
    ]);
  }
  expect(await modules.opm(["mod", "get", "low.test/base@v1.1.0"], { directory, environment })).toMatchObject({ code: 0 });
  expect(await modules.opm(["mod", "vet"], { directory, environment })).toMatchObject({ code: 0 });
  for (const args of [
    ["mod", "tidy", "--check"],
    ["vet", "./..."],
  ])
    await modules.judge(args, { directory, environment });
});

test("init, edit and fix make the same files", async () => {
  const made = await both(async (tool) => {
    const directory = modules.fresh("init");
    await Bun.write(join(directory, "a.cue"), "package a\n");
    const environment = { CUE_REGISTRY: "127.0.0.1:1" };
    const at = { directory, environment };
    await run(tool, ["mod", "init", "--source", "self", "new.test/x@v1"], at);
    const texts = [readFileSync(join(directory, "cue.mod", "module.cue"), "utf8")];
    for (const args of [
      ["--require", "lib.test/base@v1.0.0", "--require", "lib.test/left@v0.1.0"],
      ["--drop-require", "lib.test/left@v0"],
      ["--source", "git"],
      ["--module", "other.test/y@v1"],
      ["--drop-source"],
      ["--replace", "lib.test/base@v1=../base"],
    ]) {
      await run(tool, ["mod", "edit", ...args], at);
      texts.push(JSON.stringify(await parsed(directory)));
    }
    texts.push(...readdirSync(join(directory, "cue.mod")).sort());
    const local = join(directory, "cue.mod", "local-module.cue");
    if (existsSync(local)) texts.push(await modules.judge(["export", local]));
    await Bun.write(join(directory, "old", "cue.mod", "module.cue"), 'module: "old.test/x@v0"\nextra: {a: 1}\n');
    await run(tool, ["mod", "fix"], { directory: join(directory, "old"), environment });
    texts.push(JSON.stringify(await parsed(join(directory, "old"))));
    return texts;
  });
  expect(made.opm).toEqual(made.cue);
});
