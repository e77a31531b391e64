import { afterAll, beforeAll, expect, test } from "bun:test";
import { PUSH_METHODS, pushBlob } from "../conformance/pushing.ts";
import { configBlob, imageOf, randomBlob } from "../support/content.ts";
import { expectBytes, expectStatus } from "../support/expectations.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { readyWorkers, replaceWorker, scatteredClient } from "./workers.ts";

postgresSuite((database) => {
  let server: TestServer;
  const client = scatteredClient(() => server.url);
  beforeAll(async () => {
    const url = await database();
    server = await startTestServer({ config: { server: { workers: 2 }, storage: { metadata: { driver: "postgres", url } } } });
    await readyWorkers(server, 2);
  }, 120_000);
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  }, 60_000);

  test("what one worker acknowledged is there at the other, before and after one was replaced", async () => {
    for (const repository of ["workers/first", "workers/second"]) {
      const layers = [];
      for (const push of Object.values(PUSH_METHODS)) {
        const layer = randomBlob(100_000);
        expectStatus(await push(client, repository, layer), 201);
        layers.push(layer);
      }
      const config = configBlob();
      await pushBlob(client, repository, config);
      const image = imageOf(config, layers);
      expectStatus(await client.putManifest(repository, "latest", image), 201);
      for (let ask = 0; ask < 8; ask++) expectBytes(await client.get(`/v2/${repository}/manifests/latest`), image.bytes);
      expectStatus(await client.delete(`/v2/${repository}/manifests/${image.digest}`), 202);
      for (let ask = 0; ask < 8; ask++) expectStatus(await client.get(`/v2/${repository}/manifests/latest`), 404);
      await replaceWorker(server, 1);
    }
  }, 60_000);
});
