import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { useStubRegistry } from "../publish/stub-registry.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { APP, APP_DEPS, type Project, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(60_000);
const stub = useStubRegistry();
const library = useLibrary(() => `${stub.host}/pre`);
afterEach(() => stub.reset());

const NEWEST = { ...APP_DEPS, "lib.test/left@v0": "v0.2.0" };
const ONLY_LEFT = 'package main\n\nimport "lib.test/left@v0"\n\nout: left\n';
const project = (deps: Readonly<Record<string, string>> = {}, text = APP, more: Readonly<Record<string, string>> = {}) =>
  library.project({ "module.cue": moduleFile("app.test/main@v0", { deps }), "main.cue": text, ...more });
const unreachable = (one: Project) => one.with({ CUE_REGISTRY: "127.0.0.1:1/pre" });

/** Names and times of all that a folder has. */
function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${Bun.file(path).lastModified}`)
    .sort();
}

describe("as cue has it", () => {
  const parsed = async (one: Project) => JSON.parse(await one.judge("export", "cue.mod/module.cue"));
  const cases: Readonly<Record<string, () => Record<string, string>>> = {
    "without dependencies": () => ({ "module.cue": moduleFile("app.test/main@v0"), "main.cue": APP }),
    "with old ones": () => ({ "module.cue": moduleFile("app.test/main@v0", { deps: APP_DEPS }), "main.cue": APP }),
    "with one too many": () => ({ "module.cue": moduleFile("app.test/main@v0", { deps: APP_DEPS }), "main.cue": ONLY_LEFT }),
    "with one too few": () => ({ "module.cue": moduleFile("app.test/main@v0", { deps: { "lib.test/left@v0": "v0.1.1" } }), "main.cue": APP }),
    "without imports": () => ({ "module.cue": moduleFile("app.test/main@v0", { deps: APP_DEPS }), "main.cue": "package main\n" }),
    "with an import without major": () => ({
      "module.cue": moduleFile("app.test/main@v0"),
      "main.cue": 'package main\n\nimport "lib.test/left"\n\nout: left\n',
    }),
    "with two majors": () => ({
      "module.cue": moduleFile("app.test/main@v0"),
      "main.cue": 'package main\n\nimport (\n\ta "lib.test/base@v1"\n\tb "lib.test/base@v2"\n)\n\nout: {p: a, q: b}\n',
    }),
    "with imports in tools, tests and files of other builds": () => ({
      "module.cue": moduleFile("app.test/main@v0"),
      "main.cue": "package main\n",
      "a_tool.cue": 'package main\n\nimport "lib.test/left@v0"\n\nl: left\n',
      "b_test.cue": 'package main\n\nimport "lib.test/right@v0"\n\nr: right\n',
      "c.cue": '@if(foo)\n\npackage main\n\nimport "lib.test/base@v2"\n\nb: base\n',
    }),
    "with imports in what is ignored": () => ({
      "module.cue": moduleFile("app.test/main@v0"),
      "main.cue": "package main\n",
      "a.cue": '@ignore()\n\npackage main\n\nimport "lib.test/left@v0"\n\nl: left\n',
    }),
    "with fields that are not cue's": () => ({
      "module.cue": `${moduleFile("app.test/main@v0")}description: "x"\ncustom: "tool.test": a: [1]\n`,
      "main.cue": APP,
    }),
  };
  for (const [name, files] of Object.entries(cases)) {
    test(name, async () => {
      const ours = library.project(files());
      const theirs = library.project(files());
      await ours.json("mod", "tidy");
      await theirs.judge("mod", "tidy");
      const { description: _, ...said } = await parsed(ours);
      const { description: __, ...judged } = await parsed(theirs);
      expect(said).toEqual(judged);
      await ours.judge("mod", "tidy", "--check");
      expect(await theirs.opm("mod", "tidy", "--check")).toMatchObject({ code: 0 });
      const before = ours.text();
      expect(await unreachable(ours).opm("mod", "tidy")).toMatchObject({ code: 0 });
      expect(ours.text()).toBe(before);
      await unreachable(ours).judge("vet", "./...");
    });
  }

  test("of a project that cue manages nothing changes, not even a byte", async () => {
    const one = project();
    await one.judge("mod", "tidy");
    const before = one.text();
    expect(await one.json("mod", "tidy")).toMatchObject({ changes: [], changed: [] });
    expect(one.text()).toBe(before);
  });
});

test("what is new and what goes is said, with places", async () => {
  const one = project({ "lib.test/base@v2": "v2.0.0" });
  const { stdout, code } = await one.opm("mod", "tidy");
  expect([code, stdout.trim().split("\n")]).toEqual([
    0,
    [
      "+ lib.test/base@v1 v1.1.0 (new, needed by main.cue:4:2)",
      "- lib.test/base@v2 v2.0.0 (nothing needs it)",
      "+ lib.test/left@v0 v0.2.0 (new, needed by main.cue:4:2)",
      "+ lib.test/right@v0 v0.1.0 (new, needed by main.cue:5:2)",
    ],
  ]);
  expect(await one.deps()).toEqual(NEWEST);
  for (const name of ["left@v0.2.0", "right@v0.1.0", "base@v1.1.0"]) expect([name, one.has(`lib.test/${name}`)]).toEqual([name, true]);
});

describe("--check", () => {
  test("names who is to blame, and writes nothing", async () => {
    const tidy = project(NEWEST);
    const many = project(APP_DEPS, ONLY_LEFT);
    const few = project({ "lib.test/base@v1": "v1.1.0", "lib.test/left@v0": "v0.1.0" });
    for (const one of [tidy, many, few]) await one.opm("mod", "get");
    for (const [one, code, message] of [
      [tidy, 0, /is tidy/],
      [many, 2, /lib\.test\/right@v0 v0\.1\.0 is in deps[\s\S]*cue\.mod\/module\.cue:\d+:\d+/],
      [few, 2, /deps lack lib\.test\/right@v0[\s\S]*main\.cue:5:2/],
    ] as const) {
      const before = snapshot(one.root);
      const ran = await one.opm("mod", "tidy", "--check");
      expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(message)]);
      expect(snapshot(one.root)).toEqual(before);
    }
    expect(await unreachable(tidy).opm("mod", "tidy", "--check")).toMatchObject({ code: 0 });
  });

  test("does not go with what changes something", async () => {
    expect(await project().opm("mod", "tidy", "--check", "--keep-cache")).toMatchObject({ code: 2 });
  });
});

describe("--frozen", () => {
  test("adds nothing", async () => {
    const one = project({ "lib.test/base@v1": "v1.1.0", "lib.test/left@v0": "v0.1.0" });
    const before = one.text();
    const { code, stderr } = await one.opm("mod", "tidy", "--frozen");
    expect([code, stderr, one.text()]).toEqual([2, expect.stringMatching(/lib\.test\/right@v0[\s\S]*main\.cue:5:2/), before]);
  });

  test("takes away what is unused", async () => {
    const one = project(APP_DEPS, ONLY_LEFT);
    expect((await one.json("mod", "tidy", "--frozen")).changes).toMatchObject([{ module: "lib.test/right@v0", to: null }]);
  });
});

describe("what no import needs any more", () => {
  /** Once it has all, its import of right goes. */
  const shrunk = async (one: Project) => {
    await one.json("mod", "get");
    one.put("main.cue", ONLY_LEFT);
    return one;
  };

  test("leaves the cache as well", async () => {
    const one = await shrunk(project(APP_DEPS));
    const { removed, bytes } = await one.json("mod", "tidy");
    expect(removed).toEqual([{ module: "lib.test/right@v0", version: "v0.1.0" }]);
    expect(bytes).toBeGreaterThan(0);
    expect([one.has("lib.test/right@v0.1.0"), one.has("lib.test/left@v0.1.0"), one.has("lib.test/base@v1.1.0")]).toEqual([false, true, true]);
    const downloads = join(one.environment.CUE_CACHE_DIR ?? "", "mod", "download", "lib.test", "right", "@v");
    expect(existsSync(downloads) ? readdirSync(downloads).filter((name) => !name.endsWith(".lock")) : []).toEqual([]);
    await unreachable(one).judge("export");
  });

  test("stays with --keep-cache", async () => {
    const one = await shrunk(project(APP_DEPS));
    expect(await one.json("mod", "tidy", "--keep-cache")).toMatchObject({ removed: [] });
    expect(one.has("lib.test/right@v0.1.0")).toBe(true);
  });

  test("stays where another project needs it, as long as that is there", async () => {
    const one = await shrunk(project(APP_DEPS));
    const other = library.project(
      { "module.cue": moduleFile("app.test/other@v0", { deps: { "lib.test/right@v0": "v0.1.0" } }), "o.cue": "package o\n" },
      one.environment,
    );
    await other.opm("mod", "get");
    expect(await one.json("mod", "tidy")).toMatchObject({ changes: [{ to: null }], removed: [] });
    expect(one.has("lib.test/right@v0.1.0")).toBe(true);
    rmSync(other.root, { recursive: true });
    const again = await shrunk(library.project({ "module.cue": moduleFile("app.test/again@v0", { deps: APP_DEPS }), "main.cue": APP }, one.environment));
    expect(await again.json("mod", "tidy")).toMatchObject({ removed: [{ module: "lib.test/right@v0" }] });
  });

  test("stays where the registry is gone and another project needs it", async () => {
    const one = await shrunk(project(APP_DEPS));
    const other = library.project(
      { "module.cue": moduleFile("app.test/other@v0", { deps: { "lib.test/right@v0": "v0.1.0" } }), "o.cue": "package o\n" },
      one.environment,
    );
    await other.opm("mod", "get");
    expect(await unreachable(one).json("mod", "tidy")).toMatchObject({ changes: [{ to: null }], removed: [] });
  });

  test("is about this module's own build list only", async () => {
    const one = await shrunk(project(APP_DEPS));
    const cache = one.environment.CUE_CACHE_DIR ?? "";
    const stranger = library.project({ "module.cue": moduleFile("app.test/stranger@v0"), "s.cue": "package s\n" }, { CUE_CACHE_DIR: cache });
    await stranger.json("mod", "get", "lib.test/base@v2.0.0");
    await one.json("mod", "tidy");
    expect(stranger.has("lib.test/base@v2.0.0")).toBe(true);
  });
});

describe("imports that nothing provides", () => {
  const failing = async (one: Project) => {
    const before = one.text();
    const { code, stderr } = await one.opm("mod", "tidy");
    expect(one.text()).toBe(before);
    return { code, stderr };
  };

  test("are named with their places", async () => {
    const { code, stderr } = await failing(project({}, 'package main\n\nimport "none.test/a@v0"\n\nout: a\n'));
    expect([code, stderr]).toEqual([5, expect.stringMatching(/none\.test\/a@v0[\s\S]*main\.cue:3:8/)]);
  });

  test("because two majors are there and the import says none", async () => {
    const deps = { "lib.test/base@v1": "v1.1.0", "lib.test/base@v2": "v2.0.0" };
    const { code, stderr } = await failing(project(deps, 'package main\n\nimport "lib.test/base"\n\nout: base\n'));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/@v1.*@v2|default: true/)]);
  });

  test("because a version that is required is gone", async () => {
    const { code, stderr } = await failing(project({ "lib.test/left@v0": "v0.9.0" }, ONLY_LEFT));
    expect([code, stderr]).toEqual([5, expect.stringMatching(/lib\.test\/left@v0\.9\.0[\s\S]*module\.cue/)]);
  });

  test("because the file is not CUE", async () => {
    const { code, stderr } = await failing(project({}, 'package main\n\nimport "lib.test/left@v0\n'));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/main\.cue:\d/)]);
  });
});

describe("replacements", () => {
  test("in module.cue go to local-module.cue", async () => {
    const left = library.write({ "module.cue": moduleFile("lib.test/left@v0"), "l.cue": "package left\n\nl: 5\n" });
    const text = `${moduleFile("app.test/main@v0")}deps: "lib.test/left@v0": {\n\tv: "v0.1.0"\n\treplaceWith: ${JSON.stringify(left)}\n}\n`;
    const one = library.project({ "module.cue": text, "main.cue": ONLY_LEFT });
    const refused = await one.opm("mod", "get", "lib.test/base@v1.0.0");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/opm mod tidy/)]);
    await one.json("mod", "tidy");
    expect(one.text()).not.toContain("replaceWith");
    expect(one.text("cue.mod/local-module.cue")).toContain(left);
    expect(JSON.parse(await one.judge("export"))).toEqual({ out: { l: 5 } });
  });

  test("say what cue writes: versions that module.cue has are left out", async () => {
    const says = async (project: Project) => [await project.deps(), JSON.parse(await project.judge("export", "cue.mod/local-module.cue"))];
    const folder = library.write({ "module.cue": moduleFile("lib.test/left@v0"), "l.cue": "package left\n\nl: 5\n" });
    const cases = [
      `deps: "lib.test/left@v0": {\n\tv: "v0.1.0"\n\treplaceWith: ${JSON.stringify(folder)} // here\n}\n`,
      `deps: "lib.test/left@v0": {v: "v0.2.0", default: true, replaceWith: ${JSON.stringify(folder)}}\n`,
    ];
    for (const local of cases) {
      const files = { "module.cue": moduleFile("app.test/main@v0"), "cue.mod/local-module.cue": local, "main.cue": ONLY_LEFT };
      const [ours, theirs] = [library.project(files), library.project(files)];
      await theirs.judge("mod", "tidy");
      await ours.json("mod", "tidy");
      expect(await says(ours)).toEqual(await says(theirs));
      await ours.judge("mod", "tidy", "--check");
      expect((await ours.opm("mod", "vet")).code).toBe(
        await theirs.judge("vet", "-c=false", "./...").then(
          () => 0,
          () => 2,
        ),
      );
    }
  });

  test("by a folder with another module are refused", async () => {
    const right = library.write({ "module.cue": moduleFile("lib.test/right@v0"), "r.cue": "package right\n" });
    const one = project(NEWEST);
    await one.judge("mod", "edit", "--replace", `lib.test/left@v0=${right}`);
    const { code, stderr } = await one.opm("mod", "tidy");
    expect([code, stderr]).toEqual([2, expect.stringContaining('has module path "lib.test/right@v0", want "lib.test/left@v0"')]);
  });
});

test("a lock that a process left which is gone does not keep anybody waiting", async () => {
  const one = project();
  one.put("cue.mod/.opm.lock", JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
  utimesSync(join(one.root, "cue.mod", ".opm.lock"), 1, 1);
  expect(await one.opm("mod", "tidy")).toMatchObject({ code: 0 });
});
