import { describe, expect, test } from "bun:test";
import { blobOf, indexOf, randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { expectNothingStored } from "./nothing-stored.ts";

const { client } = useRegistry();
const repository = freshRepository();
const manifest = indexOf([]);
const type = { "Content-Type": manifest.mediaType };

const DIGESTS = [
  "sha256:baddigeststring",
  "sha256:",
  `sha256:${"0".repeat(63)}`,
  `sha256:${"0".repeat(65)}`,
  `sha256:${"A".repeat(64)}`,
  `sha256:${"g".repeat(64)}`,
  `sha512:${"0".repeat(64)}`,
  `SHA256:${"0".repeat(64)}`,
  `md5:${"0".repeat(32)}`,
  `sha1:${"0".repeat(40)}`,
  `sha384:${"0".repeat(96)}`,
  `blake3:${"0".repeat(64)}`,
  `sha256:sha256:${"0".repeat(64)}`,
  `sha256:${"0".repeat(64)}%0A`,
  `:${"0".repeat(64)}`,
];

describe.each(DIGESTS)("the digest '%s'", (digest) => {
  test.each(["GET", "PUT", "DELETE"])("%s of a manifest is 400 DIGEST_INVALID", async (method) => {
    const options = method === "PUT" ? { headers: type, body: manifest.bytes } : {};
    expectError(await client.request(method, `/v2/${repository}/manifests/${digest}`, options), 400, "DIGEST_INVALID");
  });

  test.each(["GET", "DELETE"])("%s of a blob is 400 DIGEST_INVALID", async (method) => {
    expectError(await client.request(method, `/v2/${repository}/blobs/${digest}`), 400, "DIGEST_INVALID");
  });

  test("HEAD is 400 without a body", async () => {
    for (const kind of ["manifests", "blobs"]) {
      const answer = await client.head(`/v2/${repository}/${kind}/${digest}`);
      expectStatus(answer, 400);
      expect(answer.body).toHaveLength(0);
    }
  });

  test("uploads, mounts and referrers are 400 DIGEST_INVALID", async () => {
    const bytes = randomBlob().bytes;
    expectError(await client.request("POST", `/v2/${repository}/blobs/uploads/?digest=${digest}`, { body: bytes }), 400, "DIGEST_INVALID");
    expectError(await client.request("POST", `/v2/${repository}/blobs/uploads/?mount=${digest}&from=a/b`), 400, "DIGEST_INVALID");
    expectError(await client.get(`/v2/${repository}/referrers/${digest}`), 400, "DIGEST_INVALID");
  });

  test("closing an upload with it is 400 DIGEST_INVALID", async () => {
    const location = (await client.post(repository)).headers.get("Location") ?? "";
    const target = new URL(location, client.url);
    expectError(
      await client.request("PUT", `${target.href}${target.search === "" ? "?" : "&"}digest=${digest}`, { body: randomBlob().bytes }),
      400,
      "DIGEST_INVALID",
    );
  });
});

test("closing an upload without a digest is 400", async () => {
  const location = (await client.post(repository)).headers.get("Location") ?? "";
  expectError(await client.request("PUT", location, { body: randomBlob().bytes }), 400, "DIGEST_INVALID");
});

test("a digest that is not that of the content is 400 DIGEST_INVALID", async () => {
  const [blob, other] = [randomBlob(), randomBlob()];
  const post = await client.request("POST", `/v2/${repository}/blobs/uploads/?digest=${other.digest}`, { body: blob.bytes });
  expectError(post, 400, "DIGEST_INVALID");
  expectError(await client.putManifest(repository, other.digest, manifest), 400, "DIGEST_INVALID");
  const sha512 = blobOf(blob.bytes, { algorithm: "sha512" });
  expectError(await client.putManifest(repository, sha512.digest, manifest), 400, "DIGEST_INVALID");
  for (const { digest } of [blob, other, sha512, manifest]) {
    for (const kind of ["manifests", "blobs"]) expectStatus(await client.head(`/v2/${repository}/${kind}/${digest}`), 404);
  }
});

describe.each(["-x", ".x", "a%20b", "%C3%A4", "x".repeat(129), "a+b", "a%0A", "a%2Fb", "a%00", "~", "%", "a@b", "(", "a,b"])("the tag '%s'", (tag) => {
  test.each(["GET", "HEAD", "PUT", "DELETE"])("%s is 400 or 404", async (method) => {
    const answer = await client.request(method, `/v2/${repository}/manifests/${tag}`, method === "PUT" ? { headers: type, body: manifest.bytes } : {});
    expect(answer.status).toBeOneOf([400, 404]);
    if (method !== "HEAD") expectError(answer, [400, 404], "TAG_INVALID", "MANIFEST_INVALID", "MANIFEST_UNKNOWN", "UNSUPPORTED", "NAME_INVALID");
  });
});

describe("upload sessions", () => {
  const unknown = crypto.randomUUID();

  test.each([unknown, "nonsense", "0", unknown.toUpperCase(), `${unknown}0`, "..%2f..%2fx", "a%00b"])("'%s' is 404 BLOB_UPLOAD_UNKNOWN", async (id) => {
    for (const method of ["GET", "PATCH", "PUT", "DELETE"]) {
      const path = `/v2/${repository}/blobs/uploads/${id}${method === "PUT" ? `?digest=${randomBlob().digest}` : ""}`;
      expectError(await client.request(method, path, method === "PATCH" ? { body: "bytes" } : {}), 404, "BLOB_UPLOAD_UNKNOWN");
    }
  });

  test("a session of one repository is unknown to another", async () => {
    const blob = randomBlob();
    const own = (await client.post(repository)).headers.get("Location") ?? "";
    const foreign = own.replace(repository, freshRepository());
    expect(foreign).not.toBe(own);
    expectError(await client.get(foreign), 404, "BLOB_UPLOAD_UNKNOWN");
    expectError(await client.patch(foreign, blob.bytes, 0), 404, "BLOB_UPLOAD_UNKNOWN");
    expectError(await client.close(foreign, blob.digest, blob.bytes), 404, "BLOB_UPLOAD_UNKNOWN");
    expectError(await client.delete(foreign), 404, "BLOB_UPLOAD_UNKNOWN");
    expectStatus(await client.get(own), 204);
  });
});

test("nothing of all this was stored", () => expectNothingStored(client));
