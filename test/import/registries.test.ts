import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createRegistryClient } from "../../src/client/registry-client.ts";
import { parseDigest } from "../../src/oci/digest.ts";
import { parseRepositoryName } from "../../src/oci/name.ts";
import { parseTag } from "../../src/oci/tag.ts";
import { useClient } from "../cli-client/client-tests.ts";
import { imageOf, randomBlob } from "../support/content.ts";
import { type CountingProxy, startCountingProxy } from "../support/counting-proxy.ts";
import { type StartedRegistry, startDistribution } from "../support/distribution.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { importReport } from "./import-report.ts";
import { fillRegistry, type SampleRegistry } from "./sample-registry.ts";

/** Milliseconds for what works on a thousand tags. */
const LIMIT = 180_000;

/** Manifests of `team/app`, with five tags each: a thousand tags. */
const VERSIONS = 200;

const opm = useClient();
const client = createRegistryClient({ env: {} });

let source: StartedRegistry;
let server: TestServer;
let sample: SampleRegistry;
let proxies: readonly [from: CountingProxy, to: CountingProxy];

beforeAll(async () => {
  [source, server] = await Promise.all([startDistribution(), startTestServer()]);
  sample = await fillRegistry(client, source.host, { versions: VERSIONS });
  proxies = [await startCountingProxy(Number(source.host.split(":")[1])), await startCountingProxy(server.port)];
}, LIMIT);

afterAll(async () => {
  await Promise.all([source.stop(), server.stop(), ...proxies.map((proxy) => proxy.close())]);
}, LIMIT);

const target = () => `127.0.0.1:${server.port}`;
const digestAt = async (registry: string, name: string, tag: string) =>
  (await client.repository(registry, parseRepositoryName(name)).headManifest(parseTag(tag))).digest;

const report = (...args: readonly string[]) => importReport(opm, ...args);

describe("a registry of the CNCF with a thousand tags", () => {
  test(
    "is planned, brought over, brought over again for nothing, and compared",
    async () => {
      const plan = await report("--dry-run", source.host, target());
      expect([plan.code, plan.total.tags, plan.findings]).toMatchObject([0, { source: sample.tags.size, target: 0, sent: 0 }, []]);
      expect(await opm.run(["list", target()])).toMatchObject({ stdout: expect.not.stringContaining("team/app") });

      const before = await report("--check", source.host, target());
      expect([before.code, before.complete, before.findings.length]).toEqual([6, false, sample.tags.size + 4]);

      const [from, to] = proxies;
      const file = opm.fresh();
      const first = await opm.json("import", from.host, to.host, "--report", file);
      expect(first).toMatchObject({
        complete: true,
        findingCount: 0,
        total: { tags: { source: sample.tags.size, target: sample.tags.size, sent: sample.tags.size } },
      });
      expect(first).toMatchObject({ total: { referrers: { source: 1, sent: 1 }, blobs: { mounted: 3 } } });
      expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(first);
      for (const [name, digest] of [...sample.tags].filter((_, at) => at % 50 === 0 || at > VERSIONS * 5)) {
        const [repository = "", tag = ""] = name.split(":");
        expect(await digestAt(target(), repository, tag)).toBe(parseDigest(digest));
      }
      const referrers = await client.repository(target(), parseRepositoryName("team/multi")).referrers(parseDigest(sample.index.digest));
      expect(referrers).toMatchObject({ from: "api", descriptors: [{ digest: sample.referrer.digest }] });

      for (const proxy of proxies) proxy.reset();
      const again = await report(from.host, to.host);
      expect([again.code, again.total.tags.sent, again.total.manifests.sent, again.total.blobs.sent]).toEqual([0, 0, 0, 0]);
      // a tag is asked for once on each side; besides there are lists, parts of indexes and the ways to log in
      expect(from.requests()).toBeLessThan(sample.tags.size + 60);
      expect(to.requests()).toBeLessThan(sample.tags.size + 60);

      const compared = await report("--check", source.host, target());
      expect([compared.code, compared.complete]).toEqual([0, true]);
      expect(compared.total).toMatchObject({
        tags: { source: sample.tags.size, target: sample.tags.size },
        manifests: { sent: 0 },
        blobs: { source: 15, target: 15 },
      });
    },
    LIMIT,
  );

  test("what somebody pushed to the target meanwhile stays, unless it is to be overwritten", async () => {
    const repository = client.repository(target(), parseRepositoryName("moved/charts/shop"));
    expect((await report("--repositories", "charts/*", source.host, `${target()}/moved`)).code).toBe(0);
    const theirs = sample.tags.get("charts/shop:0.1.0") ?? "";
    const [config, layer] = [randomBlob(), randomBlob()];
    for (const { digest, mediaType, bytes } of [config, layer]) {
      await repository.pushBlob({ descriptor: { digest: parseDigest(digest), mediaType, size: bytes.length }, open: () => new Blob([bytes]).stream() });
    }
    const other = imageOf(config, [layer]);
    const descriptor = { digest: parseDigest(other.digest), mediaType: other.mediaType, size: other.bytes.length };
    await repository.putManifest({ descriptor, bytes: other.bytes }, { tags: ["0.1.0", "more"].map(parseTag) });

    const args = ["--repositories", "charts/shop", source.host, `${target()}/moved`];
    const kept = await report(...args);
    expect(kept).toMatchObject({ code: 6, complete: false, total: { tags: { source: 1, target: 0, different: 1, added: 1, sent: 0 } } });
    expect(kept.findings).toMatchObject([
      { repository: "charts/shop", reference: "0.1.0", state: "different", reason: expect.stringContaining("--overwrite") },
    ]);
    expect(await digestAt(target(), "moved/charts/shop", "0.1.0")).toBe(descriptor.digest);
    expect(await report("--overwrite", ...args)).toMatchObject({ code: 0, total: { tags: { target: 1, sent: 1, different: 0 } } });
    expect(await digestAt(target(), "moved/charts/shop", "0.1.0")).toBe(parseDigest(theirs));
  });

  test("a way there and back: to a registry of the CNCF, which keeps no list of referrers, and on to opm serve", async () => {
    const args = ["--repositories", "team/multi"];
    const back = await startDistribution();
    try {
      expect(await report(...args, target(), back.host)).toMatchObject({ code: 0, total: { referrers: { source: 1, target: 1 } } });
      const referrers = await client.repository(back.host, parseRepositoryName("team/multi")).referrers(parseDigest(sample.index.digest));
      expect(referrers).toMatchObject({ from: "tag", descriptors: [{ digest: sample.referrer.digest }] });
      expect(await report("--check", ...args, source.host, back.host)).toMatchObject({ code: 0, complete: true });
    } finally {
      await back.stop();
    }
  });

  test("people read what there is, what came, and what is wrong", async () => {
    const { code, stdout, stderr } = await opm.run(["import", "--repositories", "charts/shop", source.host, `${target()}/read`]);
    expect([code, stdout.split("\n")[0]?.split(/\s+/)]).toEqual([0, ["", "SOURCE", "TARGET", "SENT"]]);
    expect(stdout).toMatch(/^tags +1 +1 +1$/m);
    expect(stderr).toBe("charts/shop  1 of 1 tag, 1 of 1 manifest, 941 B sent\neverything in 1 repository is there\n");
    const missing = await opm.run(["import", "-q", "--check", "--repositories", "charts/shop", source.host, `${target()}/unread`]);
    expect([missing.code, missing.stderr]).toEqual([6, `opm: 1 thing is not at ${target()}/unread as at ${source.host}\n`]);
    expect(missing.stdout).toContain("missing    charts/shop:0.1.0: the target does not have it");
  });
});
