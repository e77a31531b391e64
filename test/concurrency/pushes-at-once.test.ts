import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetadataStore } from "../../src/storage/metadata/store.ts";
import { opmCommand, opmEnvironment } from "../cli/run-opm.ts";
import { pushBlob } from "../conformance/pushing.ts";
import { configBlob, imageOf, randomBlob } from "../support/content.ts";
import { expectBytes, expectStatus } from "../support/expectations.ts";
import { openMetadata } from "../support/metadata.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { expectCompleteAudit, expectCompleteHistory } from "./history.ts";
import { type Pushed, type PushPlan, pushImage } from "./pushes.ts";

const PUSHES = 200;
const TIME_LIMIT = 120_000;

interface Setting {
  readonly server: TestServer;
  readonly client: RegistryClient;
  readonly metadata: MetadataStore;
}

test(
  "two hundred parallel pushes with the collector running lose nothing",
  () =>
    // A push takes seconds at most, far less than half of the minute.
    withCollector({ retention: "0s", unreferenced: "1m" }, async ({ client, metadata }) => {
      const plan: PushPlan = {
        repositories: ["many/a", "many/b", "many/c"],
        layers: Array.from({ length: 25 }, (_, at) => randomBlob(100 + at * 4001)),
        sharedTags: 6,
      };
      const pushes = await Promise.all(Array.from({ length: PUSHES }, (_, at) => pushImage(client, plan, at)));
      for (const push of pushes) await expectPullable(client, push);
      await expectCompleteHistory(metadata, pushes);
      await expectCompleteAudit(metadata, pushes);
    }),
  TIME_LIMIT,
);

test(
  "what a client was told to be there, it can refer to, however old that is",
  () =>
    withCollector({ retention: "0s", unreferenced: "3s" }, async ({ client }) => {
      let referred = 0;
      const unasked = randomBlob();
      await pushBlob(client, "old/unasked", unasked);
      const pushOld = async (at: number) => {
        const repository = `old/${at}`;
        const [config, layer] = [configBlob(), randomBlob(1000 + at)];
        for (const blob of [config, layer]) await pushBlob(client, repository, blob);
        // Up to and beyond the time at which the collector takes it, so that questions and collector meet.
        await Bun.sleep(500 + at * 60);
        const heads = await Promise.all([config, layer].map((blob) => client.head(`/v2/${repository}/blobs/${blob.digest}`)));
        if (heads.some((head) => head.status !== 200)) return;
        const manifest = imageOf(config, [layer]);
        expectStatus(await client.putManifest(repository, "kept", manifest), 201);
        referred++;
        await expectPullable(client, { repository, contents: [config, layer], manifest, tags: ["kept"] });
      };
      await Promise.all(Array.from({ length: 60 }, (_, at) => pushOld(at)));
      expect(referred).toBeGreaterThan(0);
      const isGone = async () => (await client.get(`/v2/old/unasked/blobs/${unasked.digest}`)).status === 404;
      for (const end = performance.now() + 50_000; !(await isGone()) && performance.now() < end; ) await Bun.sleep(100);
      expect(await isGone()).toBeTrue();
    }),
  TIME_LIMIT,
);

async function expectPullable(client: RegistryClient, { repository, contents, manifest, tags }: Pushed): Promise<void> {
  const byDigest = await client.get(`/v2/${repository}/manifests/${manifest.digest}`);
  expectStatus(byDigest, 200);
  expectBytes(byDigest, manifest.bytes);
  for (const tag of tags) expectStatus(await client.head(`/v2/${repository}/manifests/${tag}`), 200);
  for (const content of contents) {
    const answer = await client.get(`/v2/${repository}/blobs/${content.digest}`);
    expectStatus(answer, 200);
    expectBytes(answer, content.bytes);
  }
}

/** Starts a server with these settings, and runs `opm gc` beside it again and again until `work` is done. */
async function withCollector(collector: Readonly<Record<string, string>>, work: (setting: Setting) => Promise<void>): Promise<void> {
  const config = { collector: { ...collector, interval: "1s" }, log: { level: "warn" } };
  const folder = mkdtempSync(join(tmpdir(), "opm-gc-"));
  const server = await startTestServer({ config });
  const running = new AbortController();
  const file = join(folder, "opm.yaml");
  writeFileSync(file, JSON.stringify(config));
  const collecting = collectUntil(running.signal, [...opmCommand(), "gc", "--json", "--config", file, "--data", server.dataDir], server.storage);
  const metadata = await openMetadata(server);
  try {
    const client = registryClient(() => server.url);
    await Promise.race([work({ server, client, metadata }), collecting]);
    running.abort();
    await collecting;
    expect(server.stderr()).toBe("");
  } finally {
    running.abort();
    await metadata.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rejects when a run fails; else resolves after the signal. */
async function collectUntil(signal: AbortSignal, command: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> {
  while (!signal.aborted) {
    const child = Bun.spawn([...command], { env: opmEnvironment(environment), stdin: "ignore", stdout: "ignore", stderr: "pipe" });
    const [code, errors] = await Promise.all([child.exited, child.stderr.text()]);
    if (code !== 0) throw new Error(`opm gc ended with ${code}: ${errors}`);
  }
}
