import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { send, useStubRegistry } from "../publish/stub-registry.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { startSilentRegistry } from "../support/silent-registry.ts";
import { APP, APP_DEPS, type Project, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(60_000);
const stub = useStubRegistry();
const library = useLibrary(() => `${stub.host}/pre`);
afterEach(() => stub.reset());

const pinned = () => library.project({ "module.cue": moduleFile("app.test/main@v0", { deps: APP_DEPS }), "main.cue": APP });
const inCache = (project: Project, ...parts: readonly string[]) => join(project.environment.CUE_CACHE_DIR ?? "", "mod", ...parts);
const isBlob = (path: string) => /\/lib\.test\/left\/blobs\//.test(path);
const unpacked = (project: Project) => inCache(project, "extract", "lib.test", "left@v0.1.0", "x.cue");

/** What is half: temporary files, marks of unpacking. */
function leftOvers(project: Project): string[] {
  const folder = inCache(project);
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .filter((name) => /tmp|partial/.test(String(name)))
        .map(String)
    : [];
}

/** Overwrites a file of the cache, which is read-only. */
function damage(path: string, text: string): void {
  chmodSync(join(path, ".."), 0o755);
  chmodSync(path, 0o644);
  writeFileSync(path, text);
}

describe("a registry", () => {
  const failing = async (project: Project, ...args: readonly string[]) => {
    const before = project.text();
    const { code, stderr } = await project.opm("mod", ...args);
    expect(project.text()).toBe(before);
    expect(stderr).toMatch(/^opm: [^\n]+\n$/);
    expect(leftOvers(project)).toEqual([]);
    return { code, stderr };
  };

  test("that nobody answers for", async () => {
    const app = library.project().with({ CUE_REGISTRY: "127.0.0.1:1/pre" });
    for (const args of [["get", "lib.test/left@v0.1.0"], ["tidy"]]) {
      const { code, stderr } = await failing(app, ...args);
      expect([code, stderr]).toEqual([3, expect.stringMatching(/lib\.test.*127\.0\.0\.1:1.*refused/)]);
    }
  });

  test("that nobody answers for, where the cache has a damaged copy: it is named", async () => {
    for (const damaged of ["zip", "mod", "tree"] as const) {
      const app = pinned();
      expect(await app.opm("mod", "get")).toMatchObject({ code: 0 });
      const zip = inCache(app, "download", "lib.test", "left", "@v", "v0.1.0.zip");
      if (damaged === "mod") damage(zip.replace(/zip$/, "mod"), "garbage");
      damage(zip, "no archive any more");
      if (damaged === "zip") await Bun.spawn(["sh", "-c", `chmod -R u+w "$0" && rm -r "$0"`, inCache(app, "extract")]).exited;
      if (damaged === "tree") damage(unpacked(app), "package left\n\nx: 2\n");
      const alone = app.with({ CUE_REGISTRY: "127.0.0.1:1/pre" });
      const { code, stderr } = await failing(alone, "get");
      expect([damaged, code, stderr]).toEqual([
        damaged,
        3,
        expect.stringMatching(/damaged copy of lib\.test\/left@v0\.1\.0 \(.*127\.0\.0\.1:1.*refused.*opm mod get --force/),
      ]);
      expect(stderr.match(/damaged copy/g)).toHaveLength(1);
    }
  });

  test("of a name that does not exist", async () => {
    const { code, stderr } = await failing(library.project().with({ CUE_REGISTRY: "no.such.host.invalid" }), "get", "lib.test/left@v0.1.0");
    expect([code, stderr]).toEqual([3, expect.stringContaining("no.such.host.invalid")]);
  });

  test("that takes the connection and says nothing", async () => {
    const silent = startSilentRegistry();
    try {
      const app = library.project().with({ CUE_REGISTRY: silent.host });
      const { code, stderr } = await failing(app, "get", "--timeout", "500ms", "lib.test/left@v0.1.0");
      expect([code, stderr]).toEqual([3, expect.stringContaining(silent.host)]);
    } finally {
      silent.stop();
    }
  });

  test("that is busy for a moment", async () => {
    let refused = 0;
    stub.before = (_, response) => refused++ < 2 && send(response, 429, { "Retry-After": "0" }, "slow down");
    expect(await library.project().opm("mod", "get", "lib.test/left@v0.1.0")).toMatchObject({ code: 0 });
  });

  test("that fails with a page", async () => {
    stub.before = (_, response) => send(response, 500, { "Content-Type": "text/html" }, "<h1>no</h1>");
    const { code, stderr } = await failing(library.project(), "get", "lib.test/left@v0.1.0");
    expect([code, stderr]).toEqual([3, expect.stringContaining("500")]);
  });

  test("that refuses access is not said to lack the module", async () => {
    for (const status of [401, 403]) {
      stub.before = (_, response) => send(response, status, { "WWW-Authenticate": 'Basic realm="r"' }, '{"errors":[{"code":"DENIED"}]}');
      for (const args of [["get", "lib.test/left@v0.1.0"], ["update", "--check"], ["tidy"]]) {
        const app = args[0] === "update" ? pinned() : library.project();
        const { code, stderr } = await failing(app, ...args);
        expect([status, args[0], code, stderr]).toEqual([status, args[0], 4, expect.stringContaining(stub.host)]);
        expect(stderr).not.toContain("not found");
      }
    }
  });

  test("that sends other bytes than it said", async () => {
    stub.before = ({ path, method }, response) => method === "GET" && isBlob(path) && send(response, 200, {}, "x".repeat(300));
    const app = library.project();
    const { code, stderr } = await failing(app, "get", "lib.test/left@v0.1.0");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/digest|size|bytes/)]);
    expect(existsSync(inCache(app, "download", "lib.test", "left", "@v", "v0.1.0.zip"))).toBe(false);
  });

  test("that breaks off is asked again, and not for ever", async () => {
    let cut = 0;
    const cutOff = (times: number) => {
      cut = 0;
      stub.before = ({ path, method }, response) => {
        if (method !== "GET" || !isBlob(path) || cut++ >= times) return false;
        response.writeHead(200, { "Content-Length": "100000" });
        response.write("x");
        setTimeout(() => response.destroy(), 5);
        return true;
      };
    };
    cutOff(2);
    expect(await library.project().opm("mod", "get", "lib.test/left@v0.1.0")).toMatchObject({ code: 0 });
    cutOff(1000);
    const { code } = await failing(library.project(), "get", "lib.test/left@v0.1.0");
    expect(code).toBe(3);
    expect(cut).toBeLessThan(50);
  });

  test("that has something else under the tag", async () => {
    const entry = stub.manifests.get("pre/lib.test/left:v0.1.0");
    const image = JSON.stringify({ schemaVersion: 2, config: { mediaType: "application/vnd.oci.image.config.v1+json" }, layers: [] });
    stub.manifests.set("pre/other.test/image:v0.1.0", { type: "application/vnd.oci.image.manifest.v1+json", bytes: Buffer.from(image) });
    if (entry !== undefined) stub.manifests.set("pre/other.test/wrong:v0.1.0", entry);
    stub.before = ({ path, method }, response) => {
      const [, rest] = /^\/v2\/pre\/other\.test\/wrong\/blobs\/(.+)$/.exec(path) ?? [];
      return method === "GET" && rest !== undefined && send(response, 307, { Location: `http://${stub.host}/v2/pre/lib.test/left/blobs/${rest}` });
    };
    const image2 = await failing(library.project(), "get", "other.test/image@v0.1.0");
    expect([image2.code, image2.stderr]).toEqual([2, expect.stringMatching(/not a CUE module|no CUE module|is no module/i)]);
    const wrong = await failing(library.project(), "get", "other.test/wrong@v0.1.0");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/lib\.test\/left@v0.*other\.test\/wrong/)]);
  });

  test("with junk among its tags", async () => {
    const entry = stub.manifests.get("pre/lib.test/base:v1.1.0");
    const junk = ["latest", "v1", "v1.9", "1.9.9", "v1.9.9_b", "main"].map((tag) => `pre/lib.test/base:${tag}`);
    if (entry !== undefined) for (const name of junk) stub.manifests.set(name, entry);
    try {
      const app = library.project();
      expect((await app.json("mod", "get", "--yes", "lib.test/base@v1")).changes).toMatchObject([{ to: "v1.1.0" }]);
      expect((await app.json("mod", "tidy")).changes).toMatchObject([{ module: "lib.test/left@v0" }, { module: "lib.test/right@v0" }]);
    } finally {
      for (const name of junk) stub.manifests.delete(name);
    }
  });
});

describe("a cache", () => {
  const ready = async () => {
    const app = pinned();
    await app.json("mod", "get");
    return app;
  };

  test("with an edited file is found out and mended", async () => {
    const app = await ready();
    const text = readFileSync(unpacked(app), "utf8");
    damage(unpacked(app), "package left\nl: 2\n");
    // its archive is there
    const { modules } = await app.json("mod", "get", "--offline");
    expect(modules).toContainEqual(expect.objectContaining({ module: "lib.test/left@v0", state: "repaired" }));
    expect(readFileSync(unpacked(app), "utf8")).toBe(text);
  });

  test("with half an archive is mended, and without a registry said to be damaged", async () => {
    const app = await ready();
    const zip = inCache(app, "download", "lib.test", "left", "@v", "v0.1.0.zip");
    damage(zip, readFileSync(zip, "latin1").slice(0, 100));
    damage(unpacked(app), "");
    const { code, stderr } = await app.with({ CUE_REGISTRY: "127.0.0.1:1/pre" }).opm("mod", "get", "--offline");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/lib\.test\/left.*opm mod get --force/)]);
    expect((await app.json("mod", "get")).modules).toContainEqual(expect.objectContaining({ module: "lib.test/left@v0", state: "repaired" }));
    await app.judge("export");
  });

  test("with junk in place of a module file is mended", async () => {
    const app = await ready();
    damage(inCache(app, "download", "lib.test", "left", "@v", "v0.1.0.mod"), "}{");
    expect(await app.opm("mod", "get", "lib.test/left@v0.1.1")).toMatchObject({ code: 0 });
    await app.judge("mod", "tidy", "--check");
  });

  test("whose unpacking broke off is unpacked anew", async () => {
    const app = await ready();
    writeFileSync(inCache(app, "download", "lib.test", "left", "@v", "v0.1.0.partial"), "");
    damage(unpacked(app), "package left\n");
    await app.json("mod", "get");
    expect(JSON.parse(await app.judge("export"))).toMatchObject({ out: { l: 1 } });
  });

  test("is replaced with --force: what is named, or all; the old copy stays where that fails", async () => {
    const app = await ready();
    const named = await app.json("mod", "get", "--force", "lib.test/left@v0.1.0");
    const states = (output: Record<string, unknown>) =>
      (output.modules as { module: string; state: string }[]).map(({ module, state }) => `${module} ${state}`);
    expect(states(named)).toEqual(["lib.test/base@v1 cached", "lib.test/left@v0 fetched", "lib.test/right@v0 cached"]);
    expect(states(await app.json("mod", "get", "--force")).every((line) => line.endsWith(" fetched"))).toBe(true);
    const text = readFileSync(unpacked(app), "utf8");
    for (const args of [["lib.test/left@v0.1.0"], []]) {
      const { code } = await app.with({ CUE_REGISTRY: "127.0.0.1:1/pre" }).opm("mod", "get", "--force", ...args);
      expect([code, readFileSync(unpacked(app), "utf8")]).toEqual([3, text]);
    }
    stub.before = ({ path, method }, response) => method === "GET" && isBlob(path) && send(response, 200, {}, "x".repeat(300));
    expect(await app.opm("mod", "get", "--force", "lib.test/left@v0.1.0")).toMatchObject({ code: 3 });
    expect(leftOvers(app)).toEqual([]);
    await app.with({ CUE_REGISTRY: "127.0.0.1:1/pre" }).judge("export");
  });

  test("with all that is needed takes no registry", async () => {
    const app = await ready();
    const other = library.project(undefined, { CUE_CACHE_DIR: app.environment.CUE_CACHE_DIR ?? "" });
    await other.json("mod", "get", "--offline", "lib.test/left@v0.1.0", "lib.test/right@v0.1.0");
    expect(await other.deps()).toEqual(APP_DEPS);
    const before = other.text();
    for (const args of [
      ["get", "--offline", "lib.test/left@v0.2.0"],
      ["update", "--offline", "--check"],
    ]) {
      const { code, stderr } = await other.opm("mod", ...args);
      expect([args, code, stderr]).toEqual([args, expect.any(Number), expect.stringMatching(/offline/)]);
      expect([3, 5]).toContain(code);
    }
    expect(other.text()).toBe(before);
  });

  test("that is a file is named", async () => {
    const file = join(library.write({ x: "" }), "x");
    const { code, stderr } = await pinned().with({ CUE_CACHE_DIR: file }).opm("mod", "get");
    expect([code, stderr]).toEqual([4, expect.stringMatching(/CUE_CACHE_DIR/)]);
  });

  test("that nobody says the place of", async () => {
    const { code, stderr } = await pinned().with({ CUE_CACHE_DIR: "", HOME: "", XDG_CACHE_HOME: "" }).opm("mod", "get");
    expect([code, stderr]).toEqual([2, expect.stringContaining("CUE_CACHE_DIR")]);
  });

  test("whose folder is not there yet is made", async () => {
    const folder = join(library.fresh("cache"), "a", "b");
    mkdirSync(join(folder, ".."), { recursive: true });
    expect(await pinned().with({ CUE_CACHE_DIR: folder }).opm("mod", "get")).toMatchObject({ code: 0 });
  });
});
