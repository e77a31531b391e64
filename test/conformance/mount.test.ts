import { describe, expect, test } from "bun:test";
import { randomBlob } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { locationOf, pushBlob } from "./pushing.ts";

const { client } = useRegistry();

describe.each(["sha256", "sha512"] as const)("mounting a %s blob (end-11)", (algorithm) => {
  const setUp = async () => {
    const [from, to] = [freshRepository(), freshRepository()];
    const blob = randomBlob(500, { algorithm });
    await pushBlob(client, from, blob);
    return { from, to, blob };
  };

  test("from a named repository", async () => {
    const { from, to, blob } = await setUp();
    const mounted = await client.post(to, { mount: blob.digest, from });
    expectStatus(mounted, 201);
    expect(mounted.headers.get("Docker-Content-Digest") ?? blob.digest).toBe(blob.digest);
    expectBytes(await client.get(locationOf(mounted)), blob.bytes);
    expectBytes(await client.get(`/v2/${to}/blobs/${blob.digest}`), blob.bytes);
  });

  test("from any repository", async () => {
    const { to, blob } = await setUp();
    const mounted = await client.post(to, { mount: blob.digest });
    expectStatus(mounted, 201);
    expectBytes(await client.get(`/v2/${to}/blobs/${blob.digest}`), blob.bytes);
  });

  test("into the repository that has it", async () => {
    const { from, blob } = await setUp();
    expectStatus(await client.post(from, { mount: blob.digest, from }), 201);
    expectBytes(await client.get(`/v2/${from}/blobs/${blob.digest}`), blob.bytes);
  });

  test("it stays when the source is deleted", async () => {
    const { from, to, blob } = await setUp();
    expectStatus(await client.post(to, { mount: blob.digest, from }), 201);
    expectStatus(await client.delete(`/v2/${from}/blobs/${blob.digest}`), 202);
    expectError(await client.get(`/v2/${from}/blobs/${blob.digest}`), 404, "BLOB_UNKNOWN");
    expectBytes(await client.get(`/v2/${to}/blobs/${blob.digest}`), blob.bytes);
  });

  test.each(["from a repository that does not have it", "from an unknown repository", "from nowhere"])("%s opens an upload instead", async (name) => {
    const { from, to } = await setUp();
    const absent = randomBlob(100, { algorithm });
    const sources: Record<string, Record<string, string>> = {
      "from a repository that does not have it": { from },
      "from an unknown repository": { from: freshRepository() },
      "from nowhere": {},
    };
    const opened = await client.post(to, { mount: absent.digest, ...sources[name] });
    expectStatus(opened, 202);
    expectStatus(await client.head(`/v2/${to}/blobs/${absent.digest}`), 404);
    expectStatus(await client.close(locationOf(opened), absent.digest, absent.bytes), 201);
    expectBytes(await client.get(`/v2/${to}/blobs/${absent.digest}`), absent.bytes);
  });

  test("from a repository where it was deleted opens an upload", async () => {
    const { from, to, blob } = await setUp();
    expectStatus(await client.delete(`/v2/${from}/blobs/${blob.digest}`), 202);
    expectStatus(await client.post(to, { mount: blob.digest, from }), 202);
    expectStatus(await client.head(`/v2/${to}/blobs/${blob.digest}`), 404);
  });
});
