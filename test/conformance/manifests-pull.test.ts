import { beforeAll, describe, expect, test } from "bun:test";
import { indexOf, randomBlob } from "../support/content.ts";
import { expectBytes, expectDigestHeader, expectError, expectSameHead, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushManifest } from "./pushing.ts";
import { VERSIONS } from "./versions.ts";

const { client } = useRegistry();
const repository = freshRepository();
const manifest = indexOf([], { annotations: { id: crypto.randomUUID() } });
beforeAll(async () => {
  await pushManifest(client, repository, manifest, "latest");
});

describe.each([...VERSIONS])("$name: end-3", (version) => {
  describe.each(["latest", manifest.digest])("%s", (reference) => {
    const path = `/v2/${repository}/manifests/${reference}`;

    test("GET and HEAD agree", async () => {
      const get = await client.get(path);
      expectStatus(get, 200);
      expectBytes(get, manifest.bytes);
      expectDigestHeader(get, manifest.bytes, version.digestHeader);
      expect(get.headers.get("Content-Type")).toBe(manifest.mediaType);
      expectSameHead(await client.head(path), get);
    });

    test.each([
      "*/*",
      "application/*",
      manifest.mediaType,
      `application/vnd.docker.distribution.manifest.v2+json;q=0.5, ${manifest.mediaType};q=0.9`,
      "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json",
      "not a media type",
    ])("Accept: %s gives what was pushed", async (accept) => {
      const get = await client.get(path, { Accept: accept });
      expectStatus(get, 200);
      expectBytes(get, manifest.bytes);
      expect(get.headers.get("Content-Type")).toBe(manifest.mediaType);
    });
  });
});

describe("what is not there", () => {
  test.each(["no-such-tag", randomBlob().digest, randomBlob(1, { algorithm: "sha512" }).digest])(
    "%s of a known repository is 404 MANIFEST_UNKNOWN",
    async (reference) => {
      const path = `/v2/${repository}/manifests/${reference}`;
      expectError(await client.get(path), 404, "MANIFEST_UNKNOWN");
      const head = await client.head(path);
      expectStatus(head, 404);
      expect(head.body).toHaveLength(0);
    },
  );

  test.each(["latest", manifest.digest])("%s of an unknown repository is 404", async (reference) => {
    const path = `/v2/${freshRepository()}/manifests/${reference}`;
    expectError(await client.get(path), 404, "NAME_UNKNOWN", "MANIFEST_UNKNOWN");
    expectStatus(await client.head(path), 404);
  });

  test("a manifest is not a blob, and a digest of one algorithm not that of another", async () => {
    expectStatus(await client.get(`/v2/${repository}/manifests/${indexOf([], manifest.document, { algorithm: "sha512" }).digest}`), 404);
  });
});

describe("conditional requests (RFC 9110, section 13)", () => {
  test.each(["latest", manifest.digest])("If-None-Match for %s is 304 without a body", async (reference) => {
    const path = `/v2/${repository}/manifests/${reference}`;
    const tag = (await client.get(path)).headers.get("ETag") ?? "";
    expect(tag).toMatch(/^"[^"]+"$/);
    for (const header of [tag, `W/${tag}`, `"a", ${tag} , "b"`, "*"]) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await client.request(method, path, { headers: { "If-None-Match": header } });
        expectStatus(answer, 304);
        expect(answer.body).toHaveLength(0);
        expect(answer.headers.get("ETag")).toBe(tag);
      }
    }
    expectBytes(await client.get(path, { "If-None-Match": '"other"' }), manifest.bytes);
  });

  test("a tag that moved has another entity tag", async () => {
    const path = `/v2/${repository}/manifests/moving`;
    await pushManifest(client, repository, manifest, "moving");
    const before = (await client.get(path)).headers.get("ETag") ?? "";
    const next = indexOf([], { annotations: { id: crypto.randomUUID() } });
    await pushManifest(client, repository, next, "moving");
    expectBytes(await client.get(path, { "If-None-Match": before }), next.bytes);
  });
});
