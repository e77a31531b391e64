import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRegistryClient } from "../../src/client/registry-client.ts";
import { parseDigest } from "../../src/oci/digest.ts";
import { parseRepositoryName } from "../../src/oci/name.ts";
import { expectFailure, useClient } from "../cli-client/client-tests.ts";
import { configBlob, emptyBlob, imageOf, indexOf, randomBlob, referrerOf } from "../support/content.ts";
import { type StartedDistribution, startDistribution } from "../support/distribution.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { startZot, ZOT } from "../support/zot.ts";
import { foundIn, importReport } from "./import-report.ts";
import { fillRegistry, type SampleRegistry } from "./sample-registry.ts";
import { type ZotRepository, zotFiles } from "./zot-layout.ts";

const LIMIT = 120_000;

const opm = useClient();
const client = createRegistryClient({ env: {} });

let source: StartedDistribution;
let server: TestServer;
let sample: SampleRegistry;
beforeAll(async () => {
  [source, server] = await Promise.all([startDistribution({ deletes: true }), startTestServer()]);
  sample = await fillRegistry(client, source.host);
}, LIMIT);
afterAll(async () => {
  await Promise.all([source.stop(), server.stop()]);
}, LIMIT);

let count = 0;
let place: string;
/** A storage that a test may spoil. */
let storage: string;
beforeEach(() => {
  place = `127.0.0.1:${server.port}/case-${count++}`;
  storage = opm.fresh();
  mkdirSync(storage);
});

const at = (name: string) => client.repository(place.split("/")[0] ?? "", parseRepositoryName(`${place.split("/")[1]}/${name}`));
const ROOT = "docker/registry/v2";

describe("the storage folder of the CNCF's registry", () => {
  beforeEach(() => cpSync(source.storage, storage, { recursive: true }));
  const repository = (name: string, ...more: readonly string[]) => join(storage, ROOT, "repositories", name, ...more);
  const [algorithm, hex] = ["sha256", (digest: string) => digest.replace("sha256:", "")];
  const data = (digest: string) => join(storage, ROOT, "blobs", algorithm, hex(digest).slice(0, 2), hex(digest), "data");

  test("has the same as the running registry", async () => {
    const report = await importReport(opm, storage, place);
    expect(report).toMatchObject({
      code: 0,
      findings: [],
      total: { tags: { source: sample.tags.size, sent: sample.tags.size }, referrers: { sent: 1 }, untagged: 0 },
    });
    expect(await importReport(opm, "--check", source.host, place)).toMatchObject({ code: 0, complete: true });
    const referrers = await at("team/multi").referrers(parseDigest(sample.index.digest));
    expect(referrers.descriptors.map(({ digest }) => digest as string)).toEqual([sample.referrer.digest]);
    expect(await importReport(opm, join(storage, ROOT), place)).toMatchObject({ code: 0, total: { tags: { sent: 0 } } });
  });

  test("is found below Harbor's root, where names have a project and tags may be missing", async () => {
    const harbor = opm.fresh();
    cpSync(source.storage, join(harbor, "registry"), { recursive: true });
    rmSync(join(harbor, "registry", ROOT, "repositories/team/app/_manifests/tags"), { recursive: true });
    const args = ["--repositories", "team/app", harbor, place];
    // Harbor keeps tags in its database: of those without, only digests come, and only when they are wanted
    expect(await importReport(opm, ...args)).toMatchObject({ code: 0, total: { tags: { source: 0 }, manifests: { source: 0 }, untagged: 4 } });
    expect((await opm.run(["import", ...args])).stderr).toContain("4 manifests that nothing leads to stayed behind: --untagged brings them");
    expect(await importReport(opm, "--untagged", ...args)).toMatchObject({ code: 0, total: { manifests: { sent: 4 }, untagged: 0 } });
  });

  test("referrers come although nothing leads to them, and what was deleted stays away", async () => {
    rmSync(repository("team/multi", "_manifests/tags", `sha256-${hex(sample.index.digest)}`), { recursive: true });
    const deleted = parseDigest(sample.tags.get("team/app:1.0.0") ?? "");
    await client.repository(source.host, parseRepositoryName("team/app")).deleteManifest(deleted);
    rmSync(storage, { recursive: true });
    cpSync(source.storage, storage, { recursive: true });
    const report = await importReport(opm, storage, place);
    expect(report).toMatchObject({ code: 0, findings: [], total: { tags: { target: sample.tags.size - 5 }, referrers: { target: 1 } } });
    expect(
      await at("team/app")
        .headManifest(deleted)
        .catch((error: unknown) => error),
    ).toMatchObject({ kind: "not-found" });
  });

  test("what is broken in it is found by its name, and the rest comes", async () => {
    const tags = (tag: string) => repository("team/base", "_manifests/tags", tag);
    const link = (tag: string, text: string) => {
      mkdirSync(join(tags(tag), "current"), { recursive: true });
      writeFileSync(join(tags(tag), "current/link"), text);
    };
    link("empty", "");
    link("odd", "sha256:../../../../etc/passwd");
    link("unlinked", sample.index.digest);
    mkdirSync(tags("hollow"));
    mkdirSync(tags("a b"));
    symlinkSync(join(source.storage, ROOT, "repositories/team/base/_manifests/tags/1"), tags("outside"));
    truncateSync(data(sample.shared.digest), 10);
    rmSync(repository("charts/shop"), { recursive: true });
    symlinkSync(repository("team/base"), repository("charts/shop"));
    mkdirSync(repository("UPPER", "_manifests"), { recursive: true });
    const report = await importReport(opm, storage, place);
    expect(report.code).toBe(6);
    const kinds = Object.fromEntries(
      report.findings
        .filter(({ repository: name }) => name !== "team/app")
        .map((each) => [`${each.repository}:${each.reference}`, `${each.state} ${each.reason}`]),
    );
    expect(kinds).toEqual({
      "UPPER:null": expect.stringMatching(/^refused 'case-.*UPPER' is no name/),
      "charts/shop:null": expect.stringMatching(/^broken .*symbolic link, which is not followed/),
      "team/base:1": expect.stringMatching(/^broken it needs the blob .*10 bytes, not the 100000/),
      "team/base:a b": expect.stringMatching(/^refused no registry takes such a tag/),
      "team/base:empty": expect.stringMatching(/^broken .*link.* is empty/),
      "team/base:hollow": expect.stringMatching(/^broken .*link .*is not there/),
      "team/base:odd": expect.stringMatching(/^broken .*is no digest/),
      "team/base:outside": expect.stringMatching(/^broken .*symbolic link, which is not followed/),
      "team/base:unlinked": expect.stringMatching(/^broken .*was deleted/),
    });
    expect(report.findings.filter(({ repository: name }) => name === "team/app")).toHaveLength(report.total.tags.source - report.total.tags.target - 7);
    expect(report.total.tags.target).toBeGreaterThan(5);
  });
});

function zotRepository(name: string, blobs: ZotRepository["blobs"], listed: ZotRepository["listed"]): void {
  for (const [path, bytes] of zotFiles({ name, blobs, listed })) write(path, bytes);
  mkdirSync(join(storage, name, ".uploads"));
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(storage, path)), { recursive: true });
  writeFileSync(join(storage, path), content);
}

describe("the storage folder of zot", () => {
  const [config, layer, other] = [configBlob(), randomBlob(5000), randomBlob()];
  const [image, second] = [imageOf(config, [layer]), imageOf(config, [other])];
  const index = indexOf([image, second]);
  const [empty, sbom] = [emptyBlob(), referrerOf(index, "application/spdx+json")];
  const lonely = imageOf(config, [layer], { annotations: { lonely: "yes" } });

  test("has its tags, indexes and referrers, and names of several parts", async () => {
    zotRepository("team/app", [config, layer, other, empty, image, second, index, sbom, lonely], [[index, "1.0"], [index, "latest"], [sbom], [lonely]]);
    zotRepository("team/app/deeper", [config, layer, image], [[image, "v1"]]);
    zotRepository("top", [], []);
    write("cache.db", "bolt");
    write("_trivy/db/metadata.json", "{}");
    write(".sync/team/x/index.json", "{}");
    const report = await importReport(opm, storage, place);
    expect(report).toMatchObject({
      code: 0,
      findings: [],
      total: { repositories: 3, tags: { source: 3, sent: 3 }, manifests: { sent: 5 }, referrers: { sent: 1 }, untagged: 1 },
    });
    expect((await at("team/app").referrers(parseDigest(index.digest))).descriptors.map(({ digest }) => digest as string)).toEqual([sbom.digest]);
    expect(await importReport(opm, "--untagged", storage, place)).toMatchObject({ code: 0, total: { manifests: { sent: 1 }, untagged: 0 } });
  });

  test("equal blobs are links of one file, or empty where another repository has the bytes", async () => {
    zotRepository("a", [config, layer, image], [[image, "1"]]);
    zotRepository("b", [config, image], [[image, "1"]]);
    linkSync(join(storage, "a/blobs", layer.digest.replace(":", "/")), join(storage, "b/blobs", layer.digest.replace(":", "/")));
    zotRepository(
      "c",
      [config, image].map((each) => ({ ...each, bytes: new Uint8Array() })),
      [[image, "1"]],
    );
    write(`c/blobs/${layer.digest.replace(":", "/")}`, "");
    zotRepository("d", [config, second], [[second, "1"]]);
    write(`d/blobs/${other.digest.replace(":", "/")}`, "");
    const report = await importReport(opm, storage, place);
    expect(report).toMatchObject({ code: 6, total: { tags: { source: 4, target: 3 } } });
    expect(report.findings).toMatchObject([{ repository: "d", reference: "1", state: "broken", reason: expect.stringContaining("has 0 bytes, not the 256") }]);
  });

  test("an index that is no JSON, a manifest that is damaged, and links that lead out are found", async () => {
    zotRepository("bad", [], []);
    write("bad/index.json", "{");
    zotRepository(
      "good",
      [config, layer, image, { ...second, bytes: new TextEncoder().encode("{}") }],
      [
        [image, "1"],
        [second, "2"],
      ],
    );
    zotRepository("led", [config], [[image, "1"]]);
    mkdirSync(join(storage, "led/blobs/sha256"), { recursive: true });
    symlinkSync("/dev/zero", join(storage, "led/blobs", image.digest.replace(":", "/")));
    const report = await importReport(opm, storage, place);
    expect([report.code, report.findings.map(({ repository, reference, state }) => [repository, reference, state])]).toEqual([
      6,
      expect.arrayContaining([
        ["bad", null, "broken"],
        ["good", "2", "broken"],
        ["led", "1", "broken"],
      ]),
    ]);
    expect(foundIn(report)["2"]?.[1]).toContain("is not what its digest says");
  });
});

test.each([
  ["is not there", () => {}, 5, /cannot read/],
  ["is no storage", () => write("file", "hi"), 5, /no storage of a registry that is known/],
  ["is one layout", () => write("oci-layout", "{}") ?? write("index.json", "{}"), 2, /one OCI layout.*opm copy/],
] as const)("a folder that %s is an error that says so", async (name, make, code, message) => {
  make();
  const path = name === "is not there" ? join(storage, "absent") : storage;
  expectFailure(await opm.run(["import", path, place]), code, message);
});

const zotBinary = ZOT;
if (zotBinary !== undefined) {
  test(
    "a zot of its own is brought over as it runs, and from its folder",
    async () => {
      const zot = await startZot(zotBinary);
      try {
        const filled = await fillRegistry(client, zot.host, { versions: 2 });
        const running = await importReport(opm, zot.host, place);
        expect(running).toMatchObject({ code: 0, findings: [], total: { tags: { sent: filled.tags.size }, referrers: { sent: 1 } } });
        const stored = await importReport(opm, zot.storage, `${place}-folder`);
        expect(stored).toMatchObject({ code: 0, findings: [], total: { ...running.total, repositories: 5 } });
        expect(await importReport(opm, "--check", zot.host, `${place}-folder`)).toMatchObject({ code: 0, complete: true });
      } finally {
        await zot.stop();
      }
    },
    LIMIT,
  );
}
