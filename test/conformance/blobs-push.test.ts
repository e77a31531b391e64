import { describe, expect, test } from "bun:test";
import { blobOf, randomBlob } from "../support/content.ts";
import { expectBytes, expectDigestHeader, expectError, expectStatus } from "../support/expectations.ts";
import { streamOf, withQuery } from "../support/registry-client.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { locationOf, openUpload, PUSH_METHODS, pushBlob } from "./pushing.ts";
import { VERSIONS } from "./versions.ts";

const { client } = useRegistry();
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** The UUID of a location, which is not the one in the repository's name. */
function sessionOf(location: string, repository: string): string | undefined {
  return UUID.exec(location.replace(repository, ""))?.[0];
}

describe.each([...VERSIONS])("$name: blobs", (version) => {
  describe.each(Object.entries(PUSH_METHODS))("by %s", (_name, push) => {
    test.each([
      ["nothing", 0],
      ["one byte", 1],
      ["some bytes", 10_000],
      ["3 MiB", 3 * 1024 * 1024],
    ])("%s", async (_size, size) => {
      const repository = freshRepository();
      const blob = randomBlob(size);
      const pushed = await push(client, repository, blob);
      expectStatus(pushed, 201);
      expectDigestHeader(pushed, blob.bytes, version.digestHeader);
      expectBytes(await client.get(locationOf(pushed)), blob.bytes);
    });

    test("of sha512, unannounced", async () => {
      const repository = freshRepository();
      const blob = randomBlob(10_000, { algorithm: "sha512" });
      const pushed = await push(client, repository, blob);
      expectStatus(pushed, 201);
      expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
    });

    test("that is there already", async () => {
      const repository = freshRepository();
      const blob = randomBlob();
      await pushBlob(client, repository, blob);
      expectStatus(await push(client, repository, blob), 201);
      expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
    });

    test("that is in another repository already", async () => {
      const [one, other] = [freshRepository(), freshRepository()];
      const blob = randomBlob();
      await pushBlob(client, one, blob);
      expectError(await client.get(`/v2/${other}/blobs/${blob.digest}`), 404);
      expectStatus(await push(client, other, blob), 201);
      expectBytes(await client.get(`/v2/${other}/blobs/${blob.digest}`), blob.bytes);
    });

    test("with a digest that is not its own is refused, and nothing is stored", async () => {
      const repository = freshRepository();
      const [blob, claimed] = [randomBlob(), randomBlob()];
      expectError(await push(client, repository, { ...blob, digest: claimed.digest }), 400, "DIGEST_INVALID");
      for (const { digest } of [blob, claimed]) expectStatus(await client.head(`/v2/${repository}/blobs/${digest}`), 404);
    });
  });

  test("the same blob twice at the same time", async () => {
    const repository = freshRepository();
    const blob = randomBlob(100_000);
    const answers = await Promise.all(Object.values(PUSH_METHODS).flatMap((push) => [push(client, repository, blob), push(client, repository, blob)]));
    for (const answer of answers) expectStatus(answer, 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
  });
});

describe("POST (end-4a, end-4b)", () => {
  test("gives a location with a UUID", async () => {
    const repository = freshRepository();
    const opened = await client.post(repository, {}, { headers: { "Content-Length": "0" } });
    expectStatus(opened, 202);
    expect(sessionOf(locationOf(opened), repository)).toBeString();
    const minimum = opened.headers.get("OCI-Chunk-Min-Length");
    if (minimum !== null) expect(minimum).toMatch(/^\d+$/);
  });

  test("gives each upload a session of its own", async () => {
    const repository = freshRepository();
    const [one, two] = [await openUpload(client, repository), await openUpload(client, repository)];
    expect(sessionOf(one, repository)).not.toBe(sessionOf(two, repository));
    const [a, b] = [randomBlob(), randomBlob()];
    expectStatus(await client.patch(one, a.bytes, 0), 202);
    expectStatus(await client.patch(two, b.bytes, 0), 202);
    expectStatus(await client.close(one, a.digest), 201);
    expectStatus(await client.close(two, b.digest), 201);
  });

  test("the blob in one request may be a stream of unknown length", async () => {
    const repository = freshRepository();
    const blob = randomBlob(5000);
    const pushed = await client.post(repository, { digest: blob.digest }, { body: streamOf(blob.bytes) });
    expectStatus(pushed, 201);
    expectBytes(await client.get(locationOf(pushed)), blob.bytes);
  });

  test("without a body, the digest of nothing is stored", async () => {
    const repository = freshRepository();
    const empty = blobOf("");
    expectStatus(await client.close(await openUpload(client, repository), empty.digest), 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${empty.digest}`), empty.bytes);
  });
});

describe("the closing PUT (end-6)", () => {
  test("takes a stream of unknown length", async () => {
    const repository = freshRepository();
    const blob = randomBlob(5000);
    const target = withQuery(client.url, await openUpload(client, repository), { digest: blob.digest });
    expectStatus(await client.request("PUT", target, { body: streamOf(blob.bytes) }), 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
  });

  test("ends the session", async () => {
    const repository = freshRepository();
    const blob = randomBlob();
    const location = await openUpload(client, repository);
    expectStatus(await client.close(location, blob.digest, blob.bytes), 201);
    expectError(await client.get(location), 404, "BLOB_UPLOAD_UNKNOWN");
    expectError(await client.close(location, blob.digest, blob.bytes), 404, "BLOB_UPLOAD_UNKNOWN");
  });

  test("goes by the digest of the whole blob, not of the last chunk", async () => {
    const repository = freshRepository();
    const blob = randomBlob(100);
    const last = blobOf(blob.bytes.slice(60));
    const patched = await client.patch(await openUpload(client, repository), blob.bytes.slice(0, 60), 0);
    expectError(await client.close(locationOf(patched), last.digest, last.bytes), 400, "DIGEST_INVALID");
    expectStatus(await client.head(`/v2/${repository}/blobs/${last.digest}`), 404);
  });
});
