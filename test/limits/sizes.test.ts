import { describe, expect, test } from "bun:test";
import { openUpload } from "../conformance/pushing.ts";
import { configBlob, imageOf, manifestOf, randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { streamOf } from "../support/registry-client.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";

const MANIFEST_SIZE = 2048;
const BLOB_SIZE = 100_000;
const UPLOADS = 5;

const { client } = useRegistry({ config: { limits: { manifestSize: MANIFEST_SIZE, blobSize: BLOB_SIZE, uploads: UPLOADS } } });

describe("limits.blobSize", () => {
  const exact = randomBlob(BLOB_SIZE);
  const large = randomBlob(BLOB_SIZE + 1);

  test("a blob of exactly the limit is taken", async () => {
    expectStatus(await client.post(freshRepository(), { digest: exact.digest }, { body: exact.bytes }), 201);
  });

  test("one byte more is refused, of known and of unknown length", async () => {
    const repository = freshRepository();
    for (const body of [large.bytes, streamOf(large.bytes)]) {
      expectError(await client.post(repository, { digest: large.digest }, { body }), 413, "SIZE_INVALID");
    }
    expectStatus(await client.head(`/v2/${repository}/blobs/${large.digest}`), 404);
  });

  test("chunks that together are too large are refused, and the session goes on for a blob that is not", async () => {
    const repository = freshRepository();
    const location = await openUpload(client, repository);
    expectStatus(await client.patch(location, exact.bytes.slice(0, 90_000), 0), 202);
    expectError(await client.patch(location, randomBlob(20_000).bytes, 90_000), 413, "SIZE_INVALID");
    const status = await client.get(location);
    const size = Number(/^0-(\d+)$/.exec(status.headers.get("Range") ?? "")?.[1]) + 1;
    expect(size).toBeLessThanOrEqual(BLOB_SIZE);
    expectError(await client.close(location, large.digest, randomBlob(50_000).bytes), 413, "SIZE_INVALID");
    expectStatus(await client.delete(location), 204);
    expectStatus(await client.get(`/v2/${repository}/tags/list`), 404);
  });
});

describe("limits.manifestSize", () => {
  const padded = (size: number) => {
    const small = imageOf(configBlob(), [], { annotations: { padding: "" } });
    return manifestOf({ ...small.document, annotations: { padding: "x".repeat(size - small.bytes.length) } });
  };

  test("a manifest of exactly the limit is not refused for its size", async () => {
    expectError(await client.putManifest(freshRepository(), "exact", padded(MANIFEST_SIZE)), 404, "MANIFEST_BLOB_UNKNOWN");
  });

  test("one byte more is refused, of known and of unknown length", async () => {
    const manifest = padded(MANIFEST_SIZE + 1);
    for (const body of [manifest.bytes, streamOf(manifest.bytes)]) {
      const headers = { "Content-Type": manifest.mediaType };
      expectError(await client.request("PUT", `/v2/${freshRepository()}/manifests/large`, { headers, body }), 413, "MANIFEST_INVALID");
    }
  });
});

test("limits.uploads: sessions without bytes count for nothing, however many are opened", async () => {
  const repository = freshRepository();
  const blob = randomBlob();
  const open: string[] = [];
  for (let count = 0; count < 4 * UPLOADS; count++) open.push(await openUpload(client, repository));
  for (const location of open) expectStatus(await client.get(location), 204);
  for (const location of open) expectStatus(await client.close(location, blob.digest, blob.bytes), 201);
});

test("limits.uploads: a client to whose half of them bytes come waits for one to end, and is told how long", async () => {
  const repository = freshRepository();
  const open: string[] = [];
  for (let count = 0; count < Math.ceil(UPLOADS / 2); count++) {
    const location = await openUpload(client, repository);
    expectStatus(await client.patch(location, new Uint8Array(10), 0), 202);
    open.push(location);
  }
  const further = await openUpload(client, repository);
  const refused = await client.patch(further, new Uint8Array(10), 0);
  expectError(refused, 429, "TOOMANYREQUESTS");
  expect(Number(refused.headers.get("Retry-After"))).toBeWithin(60, 121);
  // A small blob that comes as a whole needs no room.
  const blob = randomBlob();
  expectStatus(await client.post(repository, { digest: blob.digest }, { body: blob.bytes }), 201);
  expectStatus(await client.close(await openUpload(client, repository), blob.digest, blob.bytes), 201);
  expectStatus(await client.delete(open[0] ?? ""), 204);
  expectStatus(await client.patch(further, new Uint8Array(10), 0), 202);
  for (const location of [...open.slice(1), further]) expectStatus(await client.delete(location), 204);
});
