import { describe, expect, test } from "bun:test";
import { randomBlob } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import { withQuery } from "../support/registry-client.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { locationOf, openUpload } from "./pushing.ts";
import { VERSIONS } from "./versions.ts";

const { client } = useRegistry();

describe.each([...VERSIONS])("$name: chunks (end-5, end-6, end-13)", (version) => {
  test("each tells how far the upload is, and where to go on", async () => {
    const repository = freshRepository();
    const blob = randomBlob(90);
    let location = await openUpload(client, repository);
    for (const start of [0, 30, 60]) {
      const answer = await client.patch(location, blob.bytes.slice(start, start + 30), start);
      expectStatus(answer, 202);
      expect(answer.headers.get("Range")).toBe(`0-${start + 29}`);
      location = locationOf(answer);
      const status = await client.get(location);
      expectStatus(status, 204);
      expect(status.headers.get("Range")).toBe(`0-${start + 29}`);
      expect(status.body).toHaveLength(0);
      location = locationOf(status);
    }
    expectStatus(await client.close(location, blob.digest), 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
  });

  test("a stream tells how far the upload is", async () => {
    const blob = randomBlob(90);
    const answer = await client.patch(await openUpload(client, freshRepository()), blob.bytes);
    expectStatus(answer, 202);
    expect(answer.headers.get("Range")).toBe("0-89");
  });

  test("a session without bytes answers as well", async () => {
    const location = await openUpload(client, freshRepository());
    const status = await client.get(location);
    expectStatus(status, 204);
    expect(status.headers.get("Range")).toMatch(/^0-/);
    expect(locationOf(status)).not.toBe("");
  });

  test("the first chunk begins with 0", async () => {
    const blob = randomBlob(60);
    const location = await openUpload(client, freshRepository());
    expectError(await client.patch(location, blob.bytes.slice(30), 30), 416);
  });

  test.each([
    ["skips bytes", 40],
    ["repeats bytes", 20],
    ["begins anew", 0],
  ])("a chunk that %s is 416; the status then tells where to go on", async (_name, start) => {
    const repository = freshRepository();
    const blob = randomBlob(90);
    const first = await client.patch(await openUpload(client, repository), blob.bytes.slice(0, 30), 0);
    const refused = await client.patch(locationOf(first), blob.bytes.slice(start, start + 30), start);
    expectError(refused, 416);
    const status = await client.get(locationOf(first));
    expectStatus(status, 204);
    expect(status.headers.get("Range")).toBe("0-29");
    expectStatus(await client.close(locationOf(status), blob.digest, blob.bytes.slice(30), { "Content-Range": "30-89" }), 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
  });

  test("the answer to a chunk out of order tells where to go on as well", async () => {
    const blob = randomBlob(90);
    const first = await client.patch(await openUpload(client, freshRepository()), blob.bytes.slice(0, 30), 0);
    const refused = await client.patch(locationOf(first), blob.bytes.slice(60), 60);
    expectStatus(refused, 416);
    expect(refused.headers.get("Range")).toBe("0-29");
    expectStatus(await client.patch(locationOf(refused), blob.bytes.slice(30), 30), 202);
  });

  test("a final chunk out of order is 416, and the session goes on", async () => {
    const repository = freshRepository();
    const blob = randomBlob(90);
    const first = await client.patch(await openUpload(client, repository), blob.bytes.slice(0, 30), 0);
    expectError(await client.close(locationOf(first), blob.digest, blob.bytes.slice(60), { "Content-Range": "60-89" }), 416);
    expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
    expectStatus(await client.close(locationOf(first), blob.digest, blob.bytes.slice(30), { "Content-Range": "30-89" }), 201);
  });

  test("chunks of a thousand sizes make one blob", async () => {
    const repository = freshRepository();
    const blob = randomBlob(20_100);
    let location = await openUpload(client, repository);
    let start = 0;
    for (let size = 1; start < blob.bytes.length; size++) {
      const answer = await client.patch(location, blob.bytes.slice(start, start + size), start);
      expectStatus(answer, 202);
      location = locationOf(answer);
      start += size;
    }
    expectStatus(await client.close(location, blob.digest), 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
  });

  if (version.digestAlgorithm) {
    test.each(["sha256", "sha512"] as const)("digest-algorithm=%s is honoured (end-4c)", async (algorithm) => {
      const repository = freshRepository();
      const blob = randomBlob(90, { algorithm });
      const location = await openUpload(client, repository, { "digest-algorithm": algorithm });
      const patched = await client.patch(location, blob.bytes, 0);
      expectStatus(patched, 202);
      const closed = await client.close(locationOf(patched), blob.digest);
      expectStatus(closed, 201);
      expect(closed.headers.get("Docker-Content-Digest")).toBe(blob.digest);
      expectBytes(await client.get(locationOf(closed)), blob.bytes);
    });

    test.each(["md5", "sha384", "SHA256", "", "sha256:"])("digest-algorithm=%s is 400", async (algorithm) => {
      expectError(await client.post(freshRepository(), { "digest-algorithm": algorithm }), 400);
    });
  }

  if (version.uploadCancel) {
    test.each([0, 50])("a session with %i bytes is cancelled (end-14)", async (size) => {
      const repository = freshRepository();
      const blob = randomBlob(50);
      const location = await openUpload(client, repository);
      if (size > 0) expectStatus(await client.patch(location, blob.bytes, 0), 202);
      const cancelled = await client.delete(location);
      expectStatus(cancelled, 204);
      expect(cancelled.body).toHaveLength(0);
      expectError(await client.get(location), 404, "BLOB_UPLOAD_UNKNOWN");
      expectError(await client.delete(location), 404, "BLOB_UPLOAD_UNKNOWN");
      expectError(await client.patch(location, blob.bytes, size), 404, "BLOB_UPLOAD_UNKNOWN");
      expectError(await client.request("PUT", withQuery(client.url, location, { digest: blob.digest })), 404, "BLOB_UPLOAD_UNKNOWN");
      expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
    });
  }
});
