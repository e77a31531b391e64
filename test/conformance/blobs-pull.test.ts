import { describe, expect, test } from "bun:test";
import { blobOf, type Content, randomBlob } from "../support/content.ts";
import { expectBytes, expectDigestHeader, expectError, expectSameHead, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushBlob } from "./pushing.ts";
import { VERSIONS } from "./versions.ts";

const { client } = useRegistry();

const BLOBS: readonly { name: string; make: () => Content }[] = [
  { name: "an empty blob", make: () => blobOf("") },
  { name: "an empty JSON object", make: () => blobOf("{}") },
  { name: "one byte", make: () => randomBlob(1) },
  { name: "a blob", make: () => randomBlob(4000) },
  { name: "a blob of 5 MiB", make: () => randomBlob(5 * 1024 * 1024) },
  { name: "an empty sha512 blob", make: () => blobOf("", { algorithm: "sha512" }) },
  { name: "a sha512 blob", make: () => randomBlob(4000, { algorithm: "sha512" }) },
];

async function pushed(blob: Content = randomBlob()): Promise<{ path: string; blob: Content; repository: string }> {
  const repository = freshRepository();
  await pushBlob(client, repository, blob);
  return { path: `/v2/${repository}/blobs/${blob.digest}`, blob, repository };
}

describe.each([...VERSIONS])("$name: end-2", (version) => {
  test.each([...BLOBS])("GET and HEAD of $name", async ({ make }) => {
    const { path, blob } = await pushed(make());
    const get = await client.get(path);
    expectStatus(get, 200);
    expectBytes(get, blob.bytes);
    expectDigestHeader(get, blob.bytes, version.digestHeader);
    expect(get.headers.get("Docker-Content-Digest") ?? blob.digest).toBe(blob.digest);
    const head = await client.head(path);
    expectSameHead(head, get);
    expect(head.headers.get("Content-Length")).toBe(String(blob.bytes.length));
  });
});

describe("what is not there", () => {
  test("an unknown blob of a known repository is 404 BLOB_UNKNOWN", async () => {
    const { repository } = await pushed();
    const path = `/v2/${repository}/blobs/${randomBlob().digest}`;
    expectError(await client.get(path), 404, "BLOB_UNKNOWN");
    const head = await client.head(path);
    expect(head.status).toBe(404);
    expect(head.body).toHaveLength(0);
  });

  test("a blob of an unknown repository is 404", async () => {
    const { blob } = await pushed();
    expectError(await client.get(`/v2/${freshRepository()}/blobs/${blob.digest}`), 404, "NAME_UNKNOWN", "BLOB_UNKNOWN");
  });

  test("a manifest's blobs are not served under another repository that holds other content", async () => {
    const [one, other] = [await pushed(), await pushed()];
    expectError(await client.get(`/v2/${other.repository}/blobs/${one.blob.digest}`), 404, "BLOB_UNKNOWN");
  });
});

describe("conditional requests (RFC 9110, section 13)", () => {
  test("an ETag is given, and names the content", async () => {
    const { path } = await pushed();
    const first = await client.get(path);
    expect(first.headers.get("ETag")).toMatch(/^"[^"]+"$/);
    expect((await client.get(path)).headers.get("ETag")).toBe(first.headers.get("ETag"));
  });

  test.each([
    ["the tag", (tag: string) => tag],
    ["the weak form of the tag", (tag: string) => `W/${tag}`],
    ["a list with the tag", (tag: string) => `"other", ${tag}`],
    ["any", () => "*"],
  ])("If-None-Match with %s is 304 without a body", async (_name, header) => {
    const { path } = await pushed();
    const tag = (await client.get(path)).headers.get("ETag") ?? "";
    for (const method of ["GET", "HEAD"]) {
      const answer = await client.request(method, path, { headers: { "If-None-Match": header(tag) } });
      expect(answer.status).toBe(304);
      expect(answer.body).toHaveLength(0);
      expect(answer.headers.get("ETag")).toBe(tag);
    }
  });

  test("If-None-Match with another tag sends the content", async () => {
    const { path, blob } = await pushed();
    const answer = await client.get(path, { "If-None-Match": '"other"' });
    expectStatus(answer, 200);
    expectBytes(answer, blob.bytes);
  });

  test("If-None-Match does not find what is not there", async () => {
    const { repository } = await pushed();
    expectError(await client.get(`/v2/${repository}/blobs/${randomBlob().digest}`, { "If-None-Match": "*" }), 404, "BLOB_UNKNOWN");
  });
});
