import { afterEach, beforeAll, expect, test } from "bun:test";
import { PUSH_METHODS, pushManifest } from "../conformance/pushing.ts";
import { type Content, configBlob, imageOf, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import type { S3Fault } from "../support/s3-proxy.ts";
import type { TestServer } from "../support/server.ts";
import { runOver, useS3 } from "./registries.ts";

const under = useS3();
const MIB = 2 ** 20;

let settings: Readonly<Record<string, unknown>>;
let server: TestServer;
let client: RegistryClient;
beforeAll(async () => {
  settings = await under.bucket({ partSize: "5MiB" });
  server = await under.start(settings, { limits: { blobSize: "10GiB" } });
  client = registryClient(() => server.url);
}, 600_000);
afterEach(() => under.proxy.mend());

const METHODS = Object.values(PUSH_METHODS);

/** An image whose blobs come in every way, some of one request to the bucket and some in parts. */
async function pushImage(repository: string, sizes: readonly number[]): Promise<readonly Content[]> {
  const blobs = [configBlob(), ...sizes.map((size) => randomBlob(size))];
  await Promise.all(
    blobs.map(async (blob, index) => {
      const push = METHODS[index % METHODS.length];
      expectStatus((await push?.(client, repository, blob)) as never, 201);
    }),
  );
  await pushManifest(client, repository, imageOf(blobs[0] as Content, blobs.slice(1)), "v1");
  return blobs;
}

async function expectReadBack(repository: string, blobs: readonly Content[]): Promise<void> {
  for (const { digest, bytes } of blobs) {
    const answer = await client.get(`/v2/${repository}/blobs/${digest}`);
    expectStatus(answer, 200);
    expect(Bun.hash(answer.body)).toBe(Bun.hash(bytes));
  }
}

/** What `opm scrub` finds in the bucket. */
async function scrub() {
  const { code, stdout, stderr } = await runOver(server, settings, ["scrub", "--json"], { OPM_LIMITS_BLOB_SIZE: "10GiB" });
  if (code !== 0) throw new Error(`opm scrub failed: ${stderr}`);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

const FAULTS: readonly S3Fault[] = ["error", "slow-down", "reset", "half-request", "lost-answer", "half-answer", "error-inside"];

test.each(FAULTS.map((fault) => [fault]))(
  "pushes and pulls go well with %s at 20 %% of the requests to the bucket",
  async (fault) => {
    const repository = `faults/${fault}`;
    under.proxy.reset();
    under.proxy.break({ faults: [fault], rate: fault === "error-inside" ? 0.5 : 0.2 });
    const blobs = await pushImage(repository, [100, 10_000, 100_000, 3_000_000, 6 * MIB, 12 * MIB, 11 * MIB, 1, 7 * MIB]);
    await expectReadBack(repository, blobs);
    expect(under.proxy.faults()).toBeGreaterThan(0);
    under.proxy.mend();
    await expectReadBack(repository, blobs);
  },
  180_000,
);

test("what was pushed meanwhile is whole", async () => {
  expect(await scrub()).toMatchObject({ problems: [] });
}, 60_000);

test("a bucket that is full or read-only refuses pushes and serves all that is there", async () => {
  const repository = "faults/full";
  const blobs = await pushImage(repository, [1000, 6 * MIB]);
  for (const [fault, status] of [
    ["full", 507],
    ["read-only", 503],
  ] as const) {
    under.proxy.break({ faults: [fault] });
    for (const push of METHODS) {
      for (const blob of [randomBlob(2_000), randomBlob(6 * MIB)]) {
        const refused = await push(client, repository, blob).catch((error: unknown) => String(error));
        expect(typeof refused === "string" ? refused : String(refused.status)).toContain(String(status));
      }
    }
    await expectReadBack(repository, blobs);
    await pushManifest(client, repository, imageOf(blobs[0] as Content, blobs.slice(1), { annotations: { fault } }), fault);
  }
  under.proxy.mend();
  await expectReadBack(repository, await pushImage(repository, [2_000]));
}, 180_000);

test("a bucket that is silent for a minute holds nobody longer, and what needs no bucket is answered meanwhile", async () => {
  const repository = "faults/silence";
  const blobs = await pushImage(repository, [1000]);
  under.proxy.break({ faults: ["silence"] });
  const mended = setTimeout(() => under.proxy.mend(), 60_000);
  try {
    const began = performance.now();
    const blob = randomBlob(70_000);
    const pushed = fetch(`${server.url}/v2/${repository}/blobs/uploads/?digest=${blob.digest}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: blob.bytes,
      signal: AbortSignal.timeout(150_000),
    });
    for (const { digest } of blobs) expectStatus(await client.head(`/v2/${repository}/blobs/${digest}`), 200);
    expectStatus(await client.get(`/v2/${repository}/manifests/v1`), 200);
    expect([201, 503]).toContain((await pushed).status);
    expect(performance.now() - began).toBeLessThan(140_000);
    under.proxy.mend();
    await expectReadBack(repository, await pushImage(repository, [70_000]));
  } finally {
    clearTimeout(mended);
  }
}, 300_000);
