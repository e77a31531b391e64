import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { opmCommand, opmEnvironment } from "../cli/run-opm.ts";
import { expectFailure, useClient } from "../cli-client/client-tests.ts";
import { addUser } from "../support/accounts.ts";
import { type Content, configBlob, descriptorOf, imageOf, indexOf, type ManifestContent, manifestOf, randomBlob } from "../support/content.ts";
import { eventually } from "../support/eventually.ts";
import { answering, isRequest, type OddRegistry, startOddRegistry } from "../support/odd-registry.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { foundIn, importReport, type Report } from "./import-report.ts";

const opm = useClient();
const FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

let source: OddRegistry;
let server: TestServer;
beforeAll(async () => {
  [source, server] = await Promise.all([startOddRegistry(), startTestServer()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([source.stop(), server.stop()]);
}, 60_000);

let count = 0;
/** Where a test imports to: a place of its own. */
let place: string;
let config: Content;
let layer: Content;
let image: ManifestContent;
beforeEach(() => {
  place = `127.0.0.1:${server.port}/case-${count++}`;
  [config, layer] = [configBlob(), randomBlob()];
  image = imageOf(config, [layer]);
  for (const each of [config, layer]) source.put("app", each);
  source.put("app", image, "good");
});
afterEach(() => {
  source.oddities = [];
  for (const name of ["app", "other"]) source.remove(name);
});

/** Imports `app`, unless other repositories are named. */
async function bring(...more: readonly string[]): Promise<Report> {
  const names = more.some((each) => each.startsWith("--repositories")) ? [] : ["--repositories", "app"];
  return await importReport(opm, ...names, ...more, source.host, place);
}

describe("what the source cannot give is found, and the rest comes", () => {
  test("blobs that are gone, damaged or too short", async () => {
    const [gone, damaged, short] = [randomBlob(), randomBlob(100_000), randomBlob()];
    for (const [at, blob] of [gone, damaged, short].entries()) source.put("app", imageOf(config, [blob]), `bad-${at}`);
    source.put("app", { ...damaged, bytes: randomBlob(100_000).bytes });
    source.put("app", { ...short, bytes: short.bytes.subarray(1) });
    const report = await bring();
    expect(report).toMatchObject({ code: 6, total: { tags: { source: 4, target: 1, sent: 1 } } });
    expect(foundIn(report)).toEqual({
      "bad-0": ["broken", expect.stringMatching(/not found/)],
      "bad-1": ["broken", expect.stringMatching(/is not what its digest says/)],
      "bad-2": ["broken", expect.stringMatching(/has 255 bytes, not the 256/)],
    });
    expect(foundIn(await bring("--dry-run"))["bad-0"]).toEqual(["broken", expect.stringContaining(`needs the blob ${gone.digest}`)]);
    // healed, it comes with the next run, and nothing else
    source.put("app", gone);
    source.put("app", damaged);
    source.put("app", short);
    expect(await bring()).toMatchObject({ code: 0, total: { tags: { target: 4, sent: 3 }, blobs: { sent: 3 } }, findings: [] });
  });

  test("manifests that are gone, damaged, of Docker's schema 1, or no manifests", async () => {
    source.put(
      "app",
      manifestOf({ schemaVersion: 1, name: "app", fsLayers: [] }, { mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws" }),
      "old",
    );
    source.put("app", manifestOf({ hello: "world" }, { mediaType: "text/plain" }), "odd");
    source.put("app", manifestOf({ schemaVersion: 2, mediaType: image.mediaType, layers: [] }), "headless");
    source.oddities = [answering("GET HEAD", /manifests\/none$/, 404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'), changing("false")];
    source.put("app", image, "none", "false");
    const report = await bring();
    expect(report).toMatchObject({ code: 6, total: { tags: { source: 6, target: 1 } } });
    expect(foundIn(report)).toEqual({
      old: ["broken", expect.stringContaining("schema 1")],
      odd: ["broken", expect.stringContaining("not supported")],
      headless: ["broken", expect.stringContaining("config")],
      none: ["broken", expect.stringContaining("not found")],
      false: ["broken", expect.stringContaining("has the digest")],
    });
  });

  test("an index comes without the platforms that the source lacks, and one that is damaged is found by its digest", async () => {
    const damaged = imageOf(config, [randomBlob()]);
    source.put("app", damaged);
    const gap = imageOf(configBlob(), []);
    source.put("app", indexOf([image, gap]), "sparse");
    expect(await bring("--repositories=app")).toMatchObject({ code: 0, total: { tags: { target: 2 } }, findings: [] });
    source.put("app", indexOf([image, gap, damaged]), "damaged");
    const report = await bring();
    expect(report).toMatchObject({ code: 6, total: { tags: { source: 3, target: 3 }, manifests: { source: 4, target: 3 } } });
    expect(foundIn(report)).toEqual({ [damaged.digest]: ["broken", expect.stringContaining("not found")] });
  });

  test("foreign layers come where the source has them, and are nothing to miss where it does not", async () => {
    const [kept, elsewhere] = [randomBlob(100, { mediaType: FOREIGN }), randomBlob(100, { mediaType: FOREIGN })];
    source.put("app", kept);
    const urls = { urls: ["https://example.com/layer"] };
    source.put("app", imageOf(config, [], { layers: [kept, elsewhere].map((each) => descriptorOf(each, urls)) }), "windows");
    expect(await bring()).toMatchObject({ code: 0, total: { tags: { target: 2 }, blobs: { source: 3, target: 3 } } });
    expect((await fetch(`http://127.0.0.1:${server.port}/v2/${place.split("/")[1]}/app/blobs/${kept.digest}`)).status).toBe(200);
  });

  test("names and tags that no registry takes", async () => {
    source.oddities = [
      answering("GET", /_catalog$/, 200, {}, JSON.stringify({ repositories: ["app", "../../etc/passwd", "UPPER", `long/${"x".repeat(250)}`] })),
      answering("GET", /app\/tags\/list$/, 200, {}, JSON.stringify({ tags: ["good", "../../x", "", "a\u001b]0;b"] })),
    ];
    const { code, total, findings } = await bring("--repositories=**");
    expect([code, total.tags]).toMatchObject([6, { source: 4, target: 1 }]);
    expect(findings.map(({ repository, reference, state }) => [repository.slice(0, 12), reference, state]).sort()).toEqual([
      ["../../etc/pa", null, "refused"],
      ["UPPER", null, "refused"],
      ["app", "", "refused"],
      ["app", "../../x", "refused"],
      ["app", "a\u001b]0;b", "refused"],
      ["long/xxxxxxx", null, "refused"],
    ]);
    const { stdout } = await opm.run(["import", "-q", source.host, place]);
    expect(stdout).toContain("refused    app:a\\u{1b}]0;b: no registry takes such a tag");
  });
});

/** Answers a tag with other bytes than the digest in its header says. */
function changing(tag: string) {
  const body = JSON.stringify({ ...image.document, annotations: { changed: "yes" } });
  return answering("GET HEAD", new RegExp(`manifests/${tag}$`), 200, { "Content-Type": image.mediaType, "Docker-Content-Digest": image.digest }, body);
}

describe("a side that does not do what it should", () => {
  test("429, 500 and connections that break in between are waited out", async () => {
    // everything is answered by the third time only
    const tries = new Map<string, number>();
    source.oddities = [
      (request, response) => {
        if (!isRequest(request, "GET HEAD", /manifests|blobs/)) return false;
        const tried = tries.get(request.path) ?? 0;
        tries.set(request.path, tried + 1);
        if (tried > 1) return false;
        const status = [429, 500, 503, 0][(tries.size + tried) % 4] ?? 0;
        if (status === 0) response.destroy();
        else response.writeHead(status, status === 429 ? { "Retry-After": "0", "Content-Length": 0 } : { "Content-Length": 0 }).end();
        return true;
      },
    ];
    for (let tag = 0; tag < 10; tag++) source.put("app", imageOf(config, [layer], { annotations: { tag: String(tag) } }), String(tag));
    expect(await bring()).toMatchObject({ code: 0, total: { tags: { source: 11, target: 11 } }, findings: [] });
  });

  test("a source that is silent, or gone, ends the import with what came until then", async () => {
    source.put("app", imageOf(config, [layer], { annotations: { tag: "silent" } }), "silent");
    source.oddities = [(request) => isRequest(request, "GET", /manifests\/silent$/)];
    const report = await bring("--timeout", "300ms");
    expect(report).toMatchObject({ code: 6, total: { tags: { source: 2, target: 1 } } });
    expect(foundIn(report)).toEqual({ silent: ["failed", expect.stringContaining("no answer for 0.3 s")] });
    for (let tag = 0; tag < 40; tag++) source.put("app", image, `more-${tag}`);
    source.oddities = [answering("GET", /manifests\/more/, 501, {}, "")];
    const gone = await bring();
    expect([gone.code, gone.stderr.trimEnd().split("\n")]).toEqual([3, [expect.stringMatching(/^opm: cannot read .*failed with status 501/)]]);
    expect(gone.findings.length).toBeLessThan(20);
    source.oddities = [];
    expect(await bring()).toMatchObject({ code: 0, total: { tags: { source: 42, target: 42, sent: 41 } } });
  });

  test("a registry that lists no repositories is an error, unless they are named", async () => {
    source.oddities = [answering("GET", /_catalog$/, 401, { "WWW-Authenticate": "Basic realm=x" }, "{}")];
    expectFailure(await opm.run(["import", source.host, place]), 4, /cannot list the repositories/);
    expect(await bring()).toMatchObject({ code: 0 });
    const absent = await bring("--repositories", "none");
    expect([absent.code, absent.findings]).toMatchObject([6, [{ repository: "none", reference: null, state: "broken" }]]);
  });

  test("a target that is full, or refuses a repository, gets no more of it", async () => {
    const target = await startOddRegistry();
    try {
      place = target.host;
      for (let tag = 0; tag < 40; tag++) source.put("other", imageOf(config, [layer], { annotations: { tag: String(tag) } }), `t${tag}`);
      for (const each of [config, layer]) source.put("other", each);
      target.oddities = [
        answering("POST PUT", /\/other\//, 403, { "Content-Type": "application/json" }, '{"errors":[{"code":"DENIED","message":"not yours"}]}'),
      ];
      const refused = await bring("--repositories=other", "--repositories=app");
      expect([refused.code, refused.total.tags, refused.findings]).toMatchObject([
        6,
        { source: 41, target: 1 },
        [{ repository: "other", reference: null, state: "refused", reason: expect.stringContaining("not yours") }],
      ]);
      expect(target.seen.filter((request) => isRequest(request, "POST PUT", /\/other\//)).length).toBeLessThan(30);
      target.oddities = [answering("POST", /\/other\//, 507, {}, '{"errors":[{"code":"UNAVAILABLE","message":"no space is left"}]}')];
      const full = await bring("--repositories=other");
      expect([full.code, full.stderr]).toEqual([3, expect.stringContaining("no space is left")]);
    } finally {
      await target.stop();
    }
  });

  test("rights of opm serve hold: what a user may not push is found, the rest comes", async () => {
    const grants = [{ subjects: ["user:ann"], repositories: "mine/**", actions: ["pull", "push"] }];
    const guarded = await startTestServer({ config: { access: { grants } } });
    try {
      await addUser(guarded, "ann", "secret-of-ann");
      const host = `127.0.0.1:${guarded.port}`;
      await Bun.write(`${opm.environment.DOCKER_CONFIG}/config.json`, JSON.stringify({ auths: { [host]: { auth: btoa("ann:secret-of-ann") } } }));
      place = `${host}/mine`;
      expect(await bring()).toMatchObject({ code: 0, total: { tags: { sent: 1 } } });
      place = host;
      const refused = await bring();
      expect([refused.code, refused.findings]).toMatchObject([6, [{ repository: "app", reference: null, state: "refused" }]]);
    } finally {
      await guarded.stop();
    }
  });
});

describe("an import that is ended", () => {
  test.each(["SIGKILL", "SIGINT"] as const)("by %s goes on where it was, and sends nothing twice", async (signal) => {
    const blobs = Array.from({ length: 12 }, () => randomBlob(50_000));
    for (const [at, blob] of blobs.entries()) {
      source.put("app", blob);
      source.put("app", imageOf(config, [blob]), `v${at}`);
    }
    const asked = () => source.seen.filter((request) => isRequest(request, "GET", /blobs\/sha256/)).map(({ path }) => path);
    const begun = asked().length;
    // the last blobs are held back, so that it is in the middle
    const held = new Set(blobs.slice(8).map(({ digest }) => digest));
    source.oddities = [(request) => isRequest(request, "GET", /blobs\//) && held.has(request.path.split("/").at(-1) ?? "")];
    const child = Bun.spawn([...opmCommand(), "import", "-q", "--repositories", "app", source.host, place], {
      env: opmEnvironment(opm.environment),
      stdio: ["ignore", "ignore", "pipe"],
    });
    await eventually("blobs are asked for", async () => asked().length - begun > 11);
    child.kill(signal);
    await child.exited;
    expect(child.exitCode ?? child.signalCode).toBe(signal === "SIGINT" ? 130 : "SIGKILL");
    source.oddities = [];
    const before = asked().length;
    expect(await bring()).toMatchObject({ code: 0, total: { tags: { source: 13, target: 13 } }, findings: [] });
    const again = asked().slice(before);
    expect(again.length).toBeLessThan(10);
    expect(await bring("--check")).toMatchObject({ code: 0 });
  });
});

describe("what is typed", () => {
  test.each([
    [["a.example/b", "c.example"], /neither a registry nor a folder/],
    [["a.example", "a.example"], /the same registry/],
    [["a.example", "c.example/UPPER"], /invalid repository name/],
    [["a.example", "c.example", "--repositories", "A*"], /--repositories 'A\*'/],
    [["a.example", "c.example", "--check", "--dry-run"], /choose one/],
  ])("%j is refused before anything is asked", async (args, message) => {
    expectFailure(await opm.run(["import", ...args]), 2, message);
  });

  test("a report that cannot be written ends it before anything is sent", async () => {
    const asked = source.seen.length;
    expectFailure(await opm.run(["import", "--report", "/dev/null/report.json", source.host, place]), 1, /cannot write \/dev\/null\/report.json/);
    expect(source.seen.length).toBe(asked);
  });
});
