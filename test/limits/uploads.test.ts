import { describe, expect, test } from "bun:test";
import { openUpload } from "../conformance/pushing.ts";
import { randomBlob } from "../support/content.ts";
import { expectBytes, expectErrorBody, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { headOf, openConnection } from "./connection.ts";

const IDLE = 1000;

const { client, server } = useRegistry({ config: { limits: { idle: `${IDLE}ms` } } });

/** Gives the bytes a few at a time, `pause` milliseconds apart. */
async function drip(write: (bytes: Uint8Array) => Promise<void>, bytes: Uint8Array, steps: number, pause: number): Promise<void> {
  const size = Math.ceil(bytes.length / steps);
  for (let at = 0; at < bytes.length; at += size) {
    await Bun.sleep(pause);
    await write(bytes.subarray(at, at + size));
  }
}

describe("a slow upload that never stops is not cut", () => {
  test("of known length", async () => {
    const repository = freshRepository();
    const blob = randomBlob(1200);
    const connection = await openConnection(server().url);
    const started = performance.now();
    await connection.write(headOf(`POST /v2/${repository}/blobs/uploads/?digest=${blob.digest}`, ["Content-Length: 1200"]));
    await drip(connection.write, blob.bytes, 8, IDLE * 0.4);
    expect((await connection.answer()).status).toBe(201);
    expect(performance.now() - started).toBeGreaterThan(3 * IDLE);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
    connection.destroy();
  }, 60_000);

  test("of unknown length, in chunks", async () => {
    const repository = freshRepository();
    const blob = randomBlob(300_000);
    const location = await openUpload(client, repository);
    const connection = await openConnection(server().url);
    await connection.write(headOf(`PATCH ${location}`, ["Transfer-Encoding: chunked"]));
    const writeChunk = async (bytes: Uint8Array) => {
      await connection.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]));
    };
    await drip(writeChunk, blob.bytes, 8, IDLE * 0.4);
    await connection.write("0\r\n\r\n");
    expect((await connection.answer()).status).toBe(202);
    expectStatus(await client.close(location, blob.digest), 201);
    connection.destroy();
  }, 60_000);
});

describe("a stalled upload is ended", () => {
  test.each([
    ["after some bytes", 70_000],
    ["before the first byte", 0],
  ])("%s, and its session goes on where it stopped", async (_name, sent) => {
    const repository = freshRepository();
    const blob = randomBlob(100_000);
    const location = await openUpload(client, repository);
    const connection = await openConnection(server().url);
    await connection.write(headOf(`PATCH ${location}`, [`Content-Length: ${blob.bytes.length}`]));
    await connection.write(blob.bytes.subarray(0, sent));
    const stalled = performance.now();
    const answer = await connection.answer();
    const took = performance.now() - stalled;
    expect(answer.status).toBe(408);
    expectErrorBody(answer.body, "BLOB_UPLOAD_INVALID");
    expect(took).toBeGreaterThan(IDLE * 0.8);
    expect(took).toBeLessThan(IDLE * 15);
    await connection.closed();
    const status = await client.get(location);
    expectStatus(status, 204);
    expect(status.headers.get("Range")).toBe(`0-${Math.max(0, sent - 1)}`);
    expectStatus(await client.patch(location, blob.bytes.slice(sent), sent), 202);
    expectStatus(await client.close(location, blob.digest), 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
  });

  test("and so is a stalled manifest, of which nothing is stored", async () => {
    const repository = freshRepository();
    const connection = await openConnection(server().url);
    await connection.write(headOf(`PUT /v2/${repository}/manifests/stalled`, ["Content-Length: 100", "Content-Type: application/json"]));
    await connection.write('{"schemaVersion":2');
    expect((await connection.answer()).status).toBe(408);
    await connection.closed();
    expectStatus(await client.get(`/v2/${repository}/tags/list`), 404);
  });
});
