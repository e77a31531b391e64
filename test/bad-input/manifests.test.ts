import { beforeAll, describe, expect, test } from "bun:test";
import { DOCKER_MANIFEST, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../src/oci/media-types.ts";
import { pushBlobs } from "../conformance/pushing.ts";
import { blobOf, configBlob, type Document, descriptorOf, imageOf, indexOf, randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { streamOf } from "../support/registry-client.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";

const { client } = useRegistry();
const repository = freshRepository();
const [config, layer] = [configBlob(), randomBlob()];
const good: Document = imageOf(config, [layer]).document;
const goodLayer = descriptorOf(layer);
beforeAll(() => pushBlobs(client, repository, [config, layer]));

/** Sends it by tag and by its right digest: both are refused, and nothing is there afterwards. */
async function expectRefused(body: string | Uint8Array<ArrayBuffer>, contentType: string, ...expected: Parameters<typeof expectError>[2][]): Promise<void> {
  const blob = blobOf(body);
  for (const reference of ["refused", blob.digest]) {
    const answer = await client.putManifest(repository, reference, { ...blob, mediaType: contentType });
    expectError(answer, [400, 404, 413, 415], ...expected);
    expectStatus(await client.head(`/v2/${repository}/manifests/${reference}`), 404);
  }
  expect((await client.get(`/v2/${repository}/tags/list`)).json()).toMatchObject({ tags: [] });
}

describe("what is no JSON object", () => {
  test.each([
    ["nothing", ""],
    ["blanks", "  \n"],
    ["text", "hello"],
    ["half an object", '{"schemaVersion":2,'],
    ["an array", "[]"],
    ["a number", "2"],
    ["null", "null"],
    ["a string", '"manifest"'],
    ["two objects", `${JSON.stringify(good)}{}`],
    ["a comment", `${JSON.stringify(good)}// end`],
    ["a byte order mark", `\uFEFF${JSON.stringify(good)}`],
    ["a hundred thousand brackets", "[".repeat(100_000)],
    ["a hundred thousand braces", '{"a":'.repeat(100_000)],
  ])("%s", async (_name, text) => {
    await expectRefused(text, OCI_IMAGE_MANIFEST, "MANIFEST_INVALID");
  });

  test("bytes that are not UTF-8", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...good, annotations: { key: "@" } }));
    bytes[bytes.indexOf(64)] = 0xff;
    await expectRefused(bytes, OCI_IMAGE_MANIFEST, "MANIFEST_INVALID");
  });
});

describe("an image manifest with", () => {
  test.each<[string, Document]>([
    ["no schemaVersion", { schemaVersion: undefined }],
    ["schemaVersion 1", { schemaVersion: 1 }],
    ["a schemaVersion in quotes", { schemaVersion: "2" }],
    ["no config", { config: undefined }],
    ["null as config", { config: null }],
    ["a digest as config", { config: config.digest }],
    ["layers that are an object", { layers: {} }],
    ["a layer that is null", { layers: [null] }],
    ["a layer without digest", { layers: [{ ...goodLayer, digest: undefined }] }],
    ["a layer with a malformed digest", { layers: [{ ...goodLayer, digest: "sha256:abc" }] }],
    ["a layer of an unsupported algorithm", { layers: [{ ...goodLayer, digest: `md5:${"0".repeat(32)}` }] }],
    ["a layer without size", { layers: [{ ...goodLayer, size: undefined }] }],
    ["a layer with a negative size", { layers: [{ ...goodLayer, size: -1 }] }],
    ["a layer with half a byte", { layers: [{ ...goodLayer, size: 0.5 }] }],
    ["a layer with a size in quotes", { layers: [{ ...goodLayer, size: "256" }] }],
    ["a layer without mediaType", { layers: [{ ...goodLayer, mediaType: undefined }] }],
    ["a layer with an impossible mediaType", { layers: [{ ...goodLayer, mediaType: "tar" }] }],
    ["a mediaType that is a number", { mediaType: 5 }],
    ["an artifactType that is no media type", { artifactType: "sbom" }],
    ["annotations that are an array", { annotations: ["a"] }],
    ["an annotation that is a number", { annotations: { a: 1 } }],
    ["a subject without digest", { subject: { ...goodLayer, digest: undefined } }],
    ["a subject with a malformed digest", { subject: { ...goodLayer, digest: "sha256:../../x" } }],
    ["data that is not its content", { layers: [{ ...goodLayer, data: "aGVsbG8=" }] }],
    ["the fields of an index", { manifests: [] }],
  ])("%s", async (_name, change) => {
    await expectRefused(JSON.stringify({ ...good, ...change }), OCI_IMAGE_MANIFEST, "MANIFEST_INVALID", "DIGEST_INVALID", "SIZE_INVALID");
  });
});

describe("media types", () => {
  test.each(["text/plain", "application/json", "application/octet-stream", "application/vnd.docker.distribution.manifest.v1+prettyjws", "nonsense", "a/b/c"])(
    "a manifest of type %s is refused",
    async (mediaType) => {
      await expectRefused(JSON.stringify({ ...good, mediaType }), mediaType, "MANIFEST_INVALID", "UNSUPPORTED");
    },
  );

  test.each([OCI_IMAGE_INDEX, DOCKER_MANIFEST, "application/json"])("a Content-Type %s that differs from mediaType is refused", async (contentType) => {
    await expectRefused(JSON.stringify(good), contentType, "MANIFEST_INVALID");
  });

  test.each([
    ";;;///",
    "/",
    "application",
    "application/",
    "/json",
    "application/vnd oci",
    "application/json, text/plain",
    `${OCI_IMAGE_MANIFEST};///`,
    `${OCI_IMAGE_MANIFEST};a=b c`,
    "\u00e4/\u00f6",
    `application/${"x".repeat(200)}`,
  ])("a Content-Type %s is no media type, whatever the document says", async (contentType) => {
    for (const manifest of [imageOf(config, [layer]), indexOf([])]) {
      const answer = await client.request("PUT", `/v2/${repository}/manifests/typed`, { headers: { "Content-Type": contentType }, body: manifest.bytes });
      expectError(answer, 400, "MANIFEST_INVALID");
      expect(answer.text()).toContain("Content-Type");
    }
    expectStatus(await client.head(`/v2/${repository}/manifests/typed`), 404);
  });

  test("neither Content-Type nor mediaType", async () => {
    const { mediaType: _, ...document } = good;
    expectError(await client.request("PUT", `/v2/${repository}/manifests/refused`, { body: blobOf(JSON.stringify(document)).bytes }), 400, "MANIFEST_INVALID");
    expectStatus(await client.head(`/v2/${repository}/manifests/refused`), 404);
  });
});

test("unknown blobs are named in the error", async () => {
  const absent = randomBlob();
  const manifest = imageOf(config, [layer, absent]);
  const answer = await client.putManifest(repository, "refused", manifest);
  expectError(answer, [400, 404], "MANIFEST_BLOB_UNKNOWN");
  expect(answer.text()).toContain(absent.digest);
  expect(answer.text()).not.toContain(layer.digest);
  expectStatus(await client.head(`/v2/${repository}/manifests/refused`), 404);
});

test("a manifest that is too large is 413 whether or not its length is announced", async () => {
  const large = blobOf(new Uint8Array(5 * 1024 * 1024).fill(32));
  const headers = { "Content-Type": OCI_IMAGE_MANIFEST };
  for (const body of [large.bytes, streamOf(large.bytes, 65_536)]) {
    expectError(await client.request("PUT", `/v2/${repository}/manifests/refused`, { headers, body }), 413);
  }
  expectStatus(await client.head(`/v2/${repository}/manifests/refused`), 404);
});
