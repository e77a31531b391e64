import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OWN_PREFIX } from "../../support/distribution.ts";
import { REAL_REGISTRIES, useRealRegistries } from "../publish/real-registries.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { BAD_SYNTAX, BAD_VALUES } from "../support/fixtures.ts";
import { useRecordingProxy } from "../support/recording-proxy.ts";
import { expectRefusal } from "../support/refusal.ts";
import { type Project, useLibrary } from "../support/use-library.ts";

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

interface Case {
  readonly title: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly code?: number;
  readonly stderr: RegExp;
  readonly prepare?: (project: Project) => unknown;
}

const text = { "a.cue": "package lib\n\nx: 1\n" };
const own = (path = "own.test/lib@v1", options?: Parameters<typeof moduleFile>[1]) => ({ "module.cue": moduleFile(path, options), ...text });
const git = (root: string, ...args: readonly string[]) =>
  Bun.spawnSync(["git", "-c", "user.name=t", "-c", "user.email=t@t.test", ...args], { cwd: root, stdout: "ignore", stderr: "ignore" });
const commit = ({ root }: Project) => {
  for (const args of [
    ["init", "-q"],
    ["add", "."],
    ["commit", "-qm", "all"],
  ])
    git(root, ...args);
};
const ofGit = own("own.test/lib@v1", { source: "git" });

const CASES: readonly Case[] = [
  ...["1.2.3", "latest", "v01.1.1", "V1.1.1", "v1.1.1-01"].map((version) => ({
    title: `the version ${version}`,
    version,
    stderr: /v1\.|version/,
  })),
  ...["v1", "v1.2", "v1.2.3+meta"].map((version) => ({ title: `the version ${version}`, version, stderr: /v1\.\d+\.\d+/ })),
  { title: "another major", version: "v2.0.0", stderr: /v1/ },
  { title: "no source", files: own("own.test/lib@v1", { source: "" }), stderr: /opm mod edit --source self/ },
  {
    title: "no language version",
    files: { ...text, "module.cue": 'module: "own.test/lib@v1"\nsource: kind: "self"\n' },
    stderr: /opm mod fix/,
  },
  { title: "a language to come", files: { ...text, "module.cue": own()["module.cue"].replace("v0.17.0", "v0.99.0") }, stderr: /too new/ },
  { title: "an unknown field", files: { ...text, "module.cue": `${own()["module.cue"]}foo: 1\n` }, stderr: /foo[\s\S]*cue\.mod\/module\.cue:4:1/ },
  {
    title: "a major that is not the version's",
    files: own("own.test/lib@v1", { deps: { "lib.test/base@v1": "v0.1.0" } }),
    stderr: /lib\.test\/base@v1/,
  },
  { title: "a dependency in a short version", files: own("own.test/lib@v1", { deps: { "lib.test/base@v1": "v1.0" } }), stderr: /v1\.0/ },
  { title: "upper case in the path", files: own("own.test/Lib@v1"), stderr: /'L'|upper/ },
  {
    title: "a dependency that nothing imports",
    files: own("own.test/lib@v1", { deps: { "lib.test/base@v1": "v1.0.0" } }),
    stderr: /lib\.test\/base@v1/,
  },
  {
    title: "an import without a dependency",
    files: { ...own(), "b.cue": 'package lib\n\nimport "lib.test/base@v1"\n\nbase\n' },
    stderr: /lib\.test\/base@v1[\s\S]*b\.cue:3/,
  },
  {
    title: "a dependency that nobody has",
    files: { "module.cue": moduleFile("own.test/lib@v1", { deps: { "gone.test/x@v0": "v0.1.0" } }), "a.cue": 'package lib\n\nimport "gone.test/x@v0"\n\nx\n' },
    code: 5,
    stderr: /gone\.test\/x/,
  },
  {
    title: "values that conflict",
    files: { "module.cue": moduleFile("bad.test/eval@v1"), "x.cue": BAD_VALUES },
    stderr: /conflicting values[\s\S]*x\.cue:[34]/,
  },
  { title: "a file that cannot be parsed", files: { "module.cue": moduleFile("bad.test/syntax@v1"), "x.cue": BAD_SYNTAX }, stderr: /x\.cue:\d/ },
  { title: "an error in a package below", files: { ...own(), "sub/b.cue": "package sub\n\nb: string & 1\n" }, stderr: /sub\/b\.cue:3/ },
  {
    title: "a policy that can be overridden",
    files: { ...own(), "p.cue": 'package lib\n\n#policies: p: {appliesTo: kinds: ["Pod"], constrain: spec: root: *false | bool}\n' },
    stderr: /default[\s\S]*p\.cue:3/,
  },
  { title: "git, but no repository", files: ofGit, stderr: /git/ },
  { title: "git, but nothing committed", files: ofGit, prepare: ({ root }) => git(root, "init", "-q"), stderr: /committed|commit/ },
  {
    title: "git, with a new file",
    files: ofGit,
    prepare: (it) => {
      commit(it);
      it.put("new.cue", "package lib\n");
    },
    stderr: /committed[\s\S]*new\.cue/,
  },
  {
    title: "git, with a change",
    files: ofGit,
    prepare: (it) => {
      commit(it);
      it.put("a.cue", "package lib\n\nx: 2\n");
    },
    stderr: /committed[\s\S]*a\.cue/,
  },
  { title: "names that differ in case only", files: { ...own(), "X.txt": "", "x.txt": "" }, stderr: /X\.txt[\s\S]*x\.txt|x\.txt[\s\S]*X\.txt/ },
  {
    title: "a name that is no file name elsewhere",
    files: { ...own(), "a:b.txt": "", "aux.txt": "" },
    stderr: /a:b\.txt[\s\S]*aux\.txt|aux\.txt[\s\S]*a:b\.txt/,
  },
  {
    title: "more than 500 MiB",
    files: { ...own(), "small.bin": "1" },
    prepare: ({ root }) => {
      for (const [name, size] of [
        ["large.bin", 300],
        ["larger.bin", 301],
        ["third.bin", 2],
      ] as const) {
        writeFileSync(join(root, name), "");
        truncateSync(join(root, name), size * 2 ** 20);
      }
    },
    stderr: /larger\.bin[\s\S]*large\.bin[\s\S]*third\.bin/,
  },
  {
    title: "a replacement in module.cue",
    files: { ...text, "module.cue": `${own()["module.cue"]}deps: "lib.test/base@v1": {v: "v1.0.0", replaceWith: "../b"}\n` },
    stderr: /local-module\.cue/,
  },
  {
    title: "replacements",
    files: { ...own(), "cue.mod/local-module.cue": 'deps: "lib.test/base@v1": replaceWith: "../b"\n' },
    stderr: /--allow-local/,
  },
  { title: "no module", files: text, code: 5, stderr: /opm mod init/ },
];

for (const { name, proxy } of PROXIES) {
  describe(name, () => {
    test("what is refused is never sent, not even in part", async () => {
      const environment = { CUE_REGISTRY: `${proxy.host}/${OWN_PREFIX}` };
      // nothing of these cases is about what a registry answers but the dependencies
      const chosen = name === PROXIES[0]?.name ? CASES : CASES.filter(({ files }) => JSON.stringify(files ?? "").includes("deps"));
      const run = async ({ title, files = own(), version = "v1.0.0", code = 2, stderr, prepare }: Case) => {
        const project = library.project(files, environment);
        prepare?.(project);
        const ran = await expectRefusal(project, ["mod", "publish", version], { code, stderr });
        expect([title, ran.stdout]).toEqual([title, ""]);
      };
      for (let at = 0; at < chosen.length; at += 3) await Promise.all(chosen.slice(at, at + 3).map(run));
      expect(proxy.writes()).toEqual([]);
      for (const path of ["own.test/lib", "bad.test/eval"]) expect((await fetch(`http://${hostOf(name)}/v2/${OWN_PREFIX}/${path}/tags/list`)).status).toBe(404);
    });

    test("a version that is there is never sent again", async () => {
      const environment = { CUE_REGISTRY: `${proxy.host}/${OWN_PREFIX}` };
      const project = library.project(own("twice.test/lib@v1"), environment);
      await project.json("mod", "publish", "v1.0.0");
      const before = proxy.writes().length;
      expect(before).toBeGreaterThan(0);
      expect(await project.json("mod", "publish", "v1.0.0")).toMatchObject({ state: "identical" });
      project.put("a.cue", "package lib\n\nx: 2\n");
      await expectRefusal(project, ["mod", "publish", "v1.0.0"], { code: 2, stderr: /other content[\s\S]*v1\.0\.1/ });
      await expectRefusal(project, ["mod", "publish", "--dry-run", "v1.0.0"], { code: 2, stderr: /other content/ });
      expect(proxy.writes()).toHaveLength(before);
    });

    test("links and modules inside the module stay behind, with a note", async () => {
      const project = library.project(
        { ...own("notes.test/lib@v1"), "inner/cue.mod/module.cue": moduleFile("inner.test@v0"), "inner/i.cue": "package inner\n" },
        { CUE_REGISTRY: `${proxy.host}/${OWN_PREFIX}` },
      );
      symlinkSync("a.cue", join(project.root, "link.cue"));
      mkdirSync(join(project.root, "folder"));
      symlinkSync("../folder", join(project.root, "folder", "loop"));
      const output = await project.json("mod", "publish", "v1.0.0");
      expect((output.files as { path: string }[]).map(({ path }) => path)).toEqual(["a.cue", "cue.mod/module.cue"]);
      expect(String(output.notes)).toMatch(/link\.cue/);
      expect(String(output.notes)).toMatch(/loop/);
      expect(String(output.notes)).toMatch(/inner/);
    });
  });
}
