import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { opmCommand } from "../../cli/run-opm.ts";
import { OWN_PREFIX } from "../../support/distribution.ts";
import { REAL_REGISTRIES, useRealRegistries } from "../publish/real-registries.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { useRecordingProxy } from "../support/recording-proxy.ts";
import { expectRefusal, filesBelow, leftovers } from "../support/refusal.ts";
import { APP, APP_DEPS, type Project, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(120_000);
const hostOf = useRealRegistries();
const PROXIES = REAL_REGISTRIES.filter((name) => name !== "cue mod registry").map((name) => ({ name, proxy: useRecordingProxy(() => hostOf(name)) }));
const library = useLibrary(
  ...PROXIES.map(
    ({ proxy }) =>
      () =>
        `${proxy.host}/${OWN_PREFIX}`,
  ),
);
const EIGHT = [...Array(8).keys()];
const pinned = { "module.cue": moduleFile("app.test/main@v0", { deps: APP_DEPS }), "main.cue": APP };
const offline = { CUE_REGISTRY: "127.0.0.1:1/pre" };

for (const { name, proxy } of PROXIES) {
  test(`eight on one cold cache fetch each archive once, of ${name}`, async () => {
    const cache = library.fresh("cache");
    const environment = { CUE_REGISTRY: `${proxy.host}/${OWN_PREFIX}`, CUE_CACHE_DIR: cache };
    const projects = EIGHT.map((at) => library.project(at % 2 === 0 ? pinned : undefined, environment));
    const ran = await Promise.all(
      projects.map((project, at) =>
        project.opm("mod", ...(at % 2 === 0 ? ([["get"], ["vet"]][at % 4 === 0 ? 0 : 1] ?? []) : ["get", "lib.test/left@v0.1.0", "lib.test/right@v0.1.0"])),
      ),
    );
    expect(ran.map(({ code, stderr }) => [code, /opm:|warning/.test(stderr)])).toEqual(EIGHT.map(() => [0, false]));
    expect(new Set(projects.filter((_, at) => at % 2 === 1).map((project) => project.text())).size).toBe(1);
    // archives, by the size of what is answered: module files are asked for by others, too
    const zips = new Set<string>();
    for (const module of ["base/manifests/v1.1.0", "left/manifests/v0.1.0", "right/manifests/v0.1.0"]) {
      const manifest = await fetch(`http://${hostOf(name)}/v2/${OWN_PREFIX}/lib.test/${module}`, {
        headers: { Accept: "application/vnd.oci.image.manifest.v1+json" },
      });
      zips.add(((await manifest.json()) as { layers: { digest: string }[] }).layers[0]?.digest ?? "");
    }
    const fetched = proxy.asked().flatMap(({ method, path }) => (method === "GET" && [...zips].some((digest) => path.endsWith(digest)) ? [path] : []));
    expect(fetched.length).toBe(3);
    expect(leftovers(cache)).toEqual([]);
    for (const project of projects.slice(0, 2)) await project.judge("export");
  });
}

describe("a cache", () => {
  const uid = 65_534;
  /** Runs as somebody who may not write everywhere. */
  const asUser = async (project: Project, ...args: readonly string[]) => {
    // the executable unpacks its helper
    const own = library.fresh("own");
    mkdirSync(own);
    chmodSync(own, 0o777);
    const command = process.getuid?.() === 0 ? ["setpriv", `--reuid=${uid}`, "--clear-groups", ...opmCommand()] : opmCommand();
    const child = Bun.spawn([...command, ...args], {
      cwd: project.root,
      env: { PATH: process.env.PATH ?? "", ...library.environment, ...project.environment, HOME: own, DOCKER_CONFIG: own },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { code, stdout, stderr };
  };
  const readOnly: string[] = [];
  afterAll(() => {
    for (const folder of readOnly) Bun.spawnSync(["chmod", "-R", "u+w", folder]);
  });
  const freeze = (folder: string) => {
    readOnly.push(folder);
    chmodSync(library.path, 0o755);
    Bun.spawnSync(["chmod", "-R", "a+rX,a-w", folder]);
  };

  test("that is read-only does where all is in it", async () => {
    const project = library.project(pinned);
    await project.json("mod", "get");
    freeze(project.environment.CUE_CACHE_DIR ?? "");
    for (const args of [["vet"], ["build", "-e", '{apiVersion: "v1", kind: "A", metadata: name: "a", out}'], ["tidy", "--check"], ["get"]]) {
      const { code, stderr } = await asUser(project.with(offline), "mod", ...args);
      expect([args, code, stderr.includes("denied")]).toEqual([args, 0, false]);
    }
  });

  test("that is read-only, and lacks something", async () => {
    const project = library.project(pinned);
    mkdirSync(project.environment.CUE_CACHE_DIR ?? "");
    freeze(project.environment.CUE_CACHE_DIR ?? "");
    const { code, stderr } = await asUser(project, "mod", "vet");
    expect([code, stderr]).toEqual([4, expect.stringMatching(/cache-\d+[\s\S]*CUE_CACHE_DIR/)]);
  });

  test("that is a file", async () => {
    const project = library.project(pinned);
    writeFileSync(project.environment.CUE_CACHE_DIR ?? "", "a file");
    await expectRefusal(project, ["mod", "vet"], { code: 4, stderr: /cache-\d+[\s\S]*CUE_CACHE_DIR/ });
  });

  test("that nobody says the place of", async () => {
    const { code, stderr } = await library.opm(["mod", "vet"], {
      directory: library.project(pinned).root,
      environment: { HOME: "", CUE_CACHE_DIR: "", XDG_CACHE_HOME: "" },
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/CUE_CACHE_DIR/)]);
  });

  test("with all in it and no registry everything but looking for newer versions works", async () => {
    const project = library.project(pinned);
    await project.json("mod", "get");
    const alone = project.with(offline);
    for (const args of [
      ["vet"],
      ["tidy"],
      ["tidy", "--check"],
      ["get"],
      ["graph"],
      ["build", "-e", '{apiVersion: "v1", kind: "A", metadata: name: "a", out}'],
    ]) {
      expect([args, await alone.opm("mod", ...args)]).toEqual([args, expect.objectContaining({ code: 0 })]);
    }
    await expectRefusal(alone, ["mod", "update", "--check"], { code: 3, stderr: /127\.0\.0\.1:1/ });
  });
});

describe("a file system that takes no more", () => {
  /** Files of more than a KiB or two cannot be written. */
  const limited = async (project: Project, ...args: readonly string[]) => {
    const child = Bun.spawn(["sh", "-c", 'ulimit -f 2; exec "$@"', "sh", ...opmCommand(), ...args], {
      cwd: project.root,
      env: { PATH: process.env.PATH ?? "", ...library.environment, ...project.environment },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
    return { stderr, code };
  };

  test("leaves a module file as it was, and nothing beside it", async () => {
    const project = library.project({ "module.cue": `// ${"x".repeat(4000)}\n${moduleFile("app.test/main@v0")}`, "main.cue": "package main\n" });
    const before = filesBelow(project.root);
    const { code, stderr } = await limited(project, "mod", "edit", "--description", "a text");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^opm: cannot write \S+module\.cue[^\n]*\n$/)]);
    expect(filesBelow(project.root)).toEqual(before);
  });

  test("leaves no half archive", async () => {
    const directory = library.write({
      "module.cue": moduleFile("lib.test/large@v0"),
      "a.cue": `package large\n\na: "${Array.from({ length: 9000 }, (_, at) => ((at * 7919) % 9973).toString(36)).join("")}"\n`,
    });
    await library.judge(["mod", "publish", "v0.1.0"], { directory });
    const project = library.project();
    const before = filesBelow(project.root);
    const { code, stderr } = await limited(project, "mod", "get", "lib.test/large@v0.1.0");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^opm: [^\n]+\n/)]);
    expect(stderr).not.toMatch(/goroutine/);
    expect(filesBelow(project.root)).toEqual(before);
    expect(project.has("lib.test/large@v0.1.0")).toBe(false);
    expect(existsSync(join(project.environment.CUE_CACHE_DIR ?? "", "mod/download/lib.test/large/@v/v0.1.0.zip"))).toBe(false);
    // and what is left does not get in the way
    expect(await project.opm("mod", "get", "lib.test/large@v0.1.0")).toMatchObject({ code: 0 });
  });
});

describe("modules that require each other", () => {
  test("in a circle are fine, and the graph shows it", async () => {
    const text = (other: string) => `package ${other === "b" ? "a" : "b"}\n\nx: 1\n`;
    const root = (own: string, other: string, version?: string) =>
      library.write({
        "module.cue": moduleFile(`circle.test/${own}@v0`, { deps: version === undefined ? {} : { [`circle.test/${other}@v0`]: version } }),
        "x.cue": text(other),
        ...(version === undefined ? {} : { "sub/s.cue": `package sub\n\nimport "circle.test/${other}@v0"\n\n${other}\n` }),
      });
    for (const [own, other, version, needed] of [
      ["a", "b", "v0.1.0", undefined],
      ["b", "a", "v0.1.0", "v0.1.0"],
      ["a", "b", "v0.2.0", "v0.1.0"],
      ["b", "a", "v0.2.0", "v0.2.0"],
    ] as const) {
      expect(await library.opm(["mod", "publish", version], { directory: root(own, other, needed) })).toMatchObject({ code: 0 });
    }
    const project = library.project({ "module.cue": moduleFile("app.test/main@v0"), "m.cue": 'package main\n\nimport "circle.test/b@v0"\n\nb\n' });
    await project.json("mod", "get", "circle.test/b@v0.2.0");
    for (const args of [["vet"], ["get"], ["vendor"], ["graph"], ["why", "circle.test/a"]])
      expect([args, await project.opm("mod", ...args)]).toEqual([args, expect.objectContaining({ code: 0 })]);
    await project.judge("export");
  });

  test("packages in a circle are refused, with the chain", async () => {
    const project = library.project({
      "module.cue": moduleFile("app.test/main@v0"),
      "a/a.cue": 'package a\n\nimport "app.test/main/b"\n\nx: b\n',
      "b/b.cue": 'package b\n\nimport "app.test/main/a"\n\nx: a\n',
    });
    for (const args of [["vet"], ["publish", "v0.1.0"]])
      await expectRefusal(project, ["mod", ...args], {
        code: 2,
        stderr: /cycle[\s\S]*a\/a\.cue:3[\s\S]*b\/b\.cue:3|cycle[\s\S]*b\/b\.cue:3[\s\S]*a\/a\.cue:3/,
      });
  });

  test("in a diamond have the highest version, and why says who wants it", async () => {
    const project = library.project(pinned);
    expect(await project.opm("mod", "why", "lib.test/base")).toMatchObject({ code: 0, stdout: expect.stringMatching(/lib\.test\/right[\s\S]*v1\.1\.0/) });
  });

  test("two majors, and an import that does not say which", async () => {
    const project = library.project({
      "module.cue": moduleFile("app.test/main@v0", { deps: { "lib.test/base@v1": "v1.0.0", "lib.test/base@v2": "v2.0.0" } }),
      "m.cue": 'package main\n\nimport "lib.test/base"\n\nbase\n',
    });
    for (const args of [["vet"], ["build"]])
      await expectRefusal(project, ["mod", ...args], { code: 2, stderr: /v1 and v2[\s\S]*@v2[\s\S]*default: true[\s\S]*m\.cue:3/ });
  });
});

describe("replacements", () => {
  test("in module.cue go where they belong by tidy", async () => {
    const project = library.project({
      "module.cue": `${moduleFile("app.test/main@v0")}deps: "lib.test/base@v1": {v: "v1.0.0", replaceWith: "./base"}\n`,
      "m.cue": 'package main\n\nimport "lib.test/base@v1"\n\nbase\n',
      "base/cue.mod/module.cue": moduleFile("lib.test/base@v1"),
      "base/b.cue": "package base\n\nown: 1\n",
    });
    await expectRefusal(project, ["mod", "vet"], { code: 2, stderr: /local-module\.cue/ });
    await project.json("mod", "tidy");
    expect([project.text().includes("replaceWith"), project.text("cue.mod/local-module.cue").includes("./base")]).toEqual([false, true]);
    expect(JSON.parse(await project.judge("export"))).toEqual({ own: 1 });
    expect(await project.opm("mod", "vet")).toMatchObject({ code: 0 });
  });

  test("by a folder with another module", async () => {
    const project = library.project({
      "module.cue": moduleFile("app.test/main@v0", { deps: { "lib.test/base@v1": "v1.0.0" } }),
      "cue.mod/local-module.cue": 'deps: "lib.test/base@v1": replaceWith: "./other"\n',
      "m.cue": 'package main\n\nimport "lib.test/base@v1"\n\nbase\n',
      "other/cue.mod/module.cue": moduleFile("lib.test/other@v1"),
      "other/b.cue": "package base\n",
    });
    for (const args of [["vet"], ["build"], ["tidy"]]) await expectRefusal(project, ["mod", ...args], { code: 2, stderr: /lib\.test\/other@v1/ });
  });
});

test("of many at once none loses what another wrote, and what they leave is whole", async () => {
  const project = library.project({ "module.cue": moduleFile("app.test/main@v0"), "main.cue": "package main\n" });
  const all = EIGHT.map((at) => (at % 2 === 0 ? ["edit", "--require", `d${at}.test@v0.1.0`] : ["edit", "--description", `text ${at}`]));
  const ran = await Promise.all(all.map((args) => project.opm("mod", ...args)));
  expect(ran.map(({ code }) => code)).toEqual(EIGHT.map(() => 0));
  for (const at of [0, 2, 4, 6]) expect(project.text()).toContain(`"d${at}.test@v0"`);
  expect(readdirSync(join(project.root, "cue.mod"))).toEqual(["module.cue"]);
  const copy = library.fresh("copy");
  cpSync(project.root, copy, { recursive: true });
  await library.judge(["vet", "cue.mod/module.cue"], { directory: copy });
});
