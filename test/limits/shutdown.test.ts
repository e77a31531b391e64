import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { openUpload, pushBlob } from "../conformance/pushing.ts";
import { randomBlob } from "../support/content.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import { untilInFlight } from "../support/requests-in-flight.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { freshRepository } from "../support/use-registry.ts";
import { headOf, openConnection } from "./connection.ts";
import { readSlowly } from "./slow-readers.ts";

const MIB = 1024 * 1024;

async function withServer(work: (server: TestServer, client: RegistryClient) => Promise<void>): Promise<void> {
  const server = await startTestServer();
  try {
    await work(
      server,
      registryClient(() => server.url),
    );
  } finally {
    await server.stop("SIGKILL");
  }
}

function refusesConnections(url: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port) });
  socket.once("connect", () => resolve(false));
  socket.once("error", () => resolve(true));
  return promise.finally(() => socket.destroy());
}

async function untilRefused(url: string): Promise<boolean> {
  for (const end = performance.now() + 50_000; performance.now() < end; await Bun.sleep(20)) if (await refusesConnections(url)) return true;
  return false;
}

async function exitWithin(limit: number, exited: Promise<number>): Promise<number | string> {
  return Promise.race([exited, Bun.sleep(limit).then(() => `no exit within ${limit} ms`)]);
}

describe("SIGTERM", () => {
  test(
    "lets a running upload and a running download finish, refuses new connections, and ends with 0",
    () =>
      withServer(async (server, client) => {
        const repository = freshRepository();
        const [large, blob] = [randomBlob(16 * MIB), randomBlob(MIB)];
        await pushBlob(client, repository, large);
        const download = readSlowly(server.url, `/v2/${repository}/blobs/${large.digest}`, { step: 2 * MIB, pause: () => 200 });
        const upload = await openConnection(server.url);
        await upload.write(headOf(`POST /v2/${repository}/blobs/uploads/?digest=${blob.digest}`, [`Content-Length: ${blob.bytes.length}`]));
        await upload.write(blob.bytes.subarray(0, 1000));
        await untilInFlight(server.url, 3);

        const exited = server.stop("SIGTERM");
        expect(await untilRefused(server.url)).toBeTrue();
        await upload.write(blob.bytes.subarray(1000));
        expect((await upload.answer()).status).toBe(201);
        const read = await download;
        expect([read.status, read.digest]).toEqual([200, large.digest]);
        upload.destroy();
        expect(await exited).toBe(0);
      }),
    60_000,
  );

  test(
    "does not wait for connections without a request",
    () =>
      withServer(async (server) => {
        const [fresh, used] = [await openConnection(server.url), await openConnection(server.url)];
        await used.write(headOf("GET /v2/"));
        await used.answer();
        expect(await exitWithin(5000, server.stop("SIGTERM"))).toBe(0);
        for (const connection of [fresh, used]) connection.destroy();
      }),
    30_000,
  );

  test(
    "a second one, later than a repeated Ctrl-C, ends it at once",
    () =>
      withServer(async (server, client) => {
        const repository = freshRepository();
        const upload = await openConnection(server.url);
        await upload.write(headOf(`PATCH ${await openUpload(client, repository)}`, ["Content-Length: 1000"]));
        await untilInFlight(server.url, 2);
        const exited = server.stop("SIGTERM");
        expect(await untilRefused(server.url)).toBeTrue();
        expect(await exitWithin(1500, exited)).toBe("no exit within 1500 ms");
        process.kill(server.pid, "SIGTERM");
        expect(await exitWithin(2000, exited)).toBe(128 + 15);
        upload.destroy();
      }),
    30_000,
  );

  test(
    "what was acknowledged before is there after the next start",
    () =>
      withServer(async (server, client) => {
        const repository = freshRepository();
        const blob = randomBlob(MIB);
        await pushBlob(client, repository, blob);
        await server.restart();
        expect((await client.head(`/v2/${repository}/blobs/${blob.digest}`)).status).toBe(200);
      }),
    60_000,
  );
});
