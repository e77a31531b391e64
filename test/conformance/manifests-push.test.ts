import { beforeAll, describe, expect, test } from "bun:test";
import { digestOf } from "../../src/oci/digest.ts";
import { configBlob, emptyBlob, imageOf, indexOf, type ManifestContent, manifestOf, randomBlob, referrerOf } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { locationOf, pushBlobs, pushManifest } from "./pushing.ts";

const { client } = useRegistry();
const [config, layer] = [configBlob(), randomBlob()];
const repository = freshRepository();
beforeAll(() => pushBlobs(client, repository, [config, layer, emptyBlob()]));

/** An image that no other test pushes. */
function image(): ManifestContent {
  return imageOf(config, [layer], { annotations: { "org.example.id": crypto.randomUUID() } });
}

function withBytes(manifest: ManifestContent, text: string): ManifestContent {
  const bytes = new TextEncoder().encode(text);
  return { ...manifest, bytes, digest: digestOf(bytes) };
}

describe("manifest PUT (end-7a)", () => {
  test("the bytes are kept as they came", async () => {
    const manifest = image();
    const pretty = JSON.stringify(manifest.document, null, "\t");
    const escaped = JSON.stringify({ ...manifest.document, annotations: { key: "@@" } }).replace("@@", "\\u00fc\\/\\ud83d\\ude00");
    const doubled = JSON.stringify(manifest.document).replace('"schemaVersion":2', '"unknown":1.0e+2,"schemaVersion":2');
    for (const text of [`${pretty}\n`, `\r\n  ${pretty}\n\n`, escaped, doubled]) {
      const variant = withBytes(manifest, text);
      await pushManifest(client, repository, variant, "bytes");
      expectBytes(await client.get(`/v2/${repository}/manifests/bytes`), variant.bytes);
      expectBytes(await client.get(`/v2/${repository}/manifests/${variant.digest}`), variant.bytes);
    }
  });

  test("a tag that is wanted only where it is absent (If-None-Match: *) is 412 where it is not", async () => {
    const [first, second] = [image(), image()];
    const put = ({ bytes, mediaType }: ManifestContent, more: Readonly<Record<string, string>> = { "If-None-Match": "*" }) =>
      client.request("PUT", `/v2/${repository}/manifests/wanted`, { headers: { "Content-Type": mediaType, ...more }, body: bytes });
    for (const manifest of [first, first]) expectStatus(await put(manifest), 201);
    expectError(await put(second), 412, "DENIED");
    expectBytes(await client.get(`/v2/${repository}/manifests/wanted`), first.bytes);
    expectStatus(await client.get(`/v2/${repository}/manifests/${second.digest}`), 404);
    expectStatus(await put(second, {}), 201);
  });

  test("the same manifest again is 201 again", async () => {
    const manifest = image();
    for (const reference of [manifest.digest, "again", manifest.digest, "again"]) expectStatus(await client.putManifest(repository, reference, manifest), 201);
    expectBytes(await client.get(`/v2/${repository}/manifests/again`), manifest.bytes);
  });

  test("a tag moves to the manifest pushed last, and the one before stays by digest", async () => {
    const [before, after] = [image(), image()];
    await pushManifest(client, repository, before, "moving");
    await pushManifest(client, repository, after, "moving");
    expectBytes(await client.get(`/v2/${repository}/manifests/moving`), after.bytes);
    expectBytes(await client.get(`/v2/${repository}/manifests/${before.digest}`), before.bytes);
    expect((await client.head(`/v2/${repository}/manifests/moving`)).headers.get("Docker-Content-Digest")).toBe(after.digest);
  });

  test.each(["a", "A", "_", "0", "_._-", "v1.2.3-rc.1_build", "x".repeat(128)])("the tag %s is taken", async (tag) => {
    const manifest = image();
    const pushed = await pushManifest(client, repository, manifest, tag);
    expectBytes(await client.get(locationOf(pushed)), manifest.bytes);
    expectBytes(await client.get(`/v2/${repository}/manifests/${tag}`), manifest.bytes);
  });

  test("tags that differ in case are two tags", async () => {
    const [lower, upper] = [image(), image()];
    await pushManifest(client, repository, lower, "case");
    await pushManifest(client, repository, upper, "CASE");
    expectBytes(await client.get(`/v2/${repository}/manifests/case`), lower.bytes);
    expectBytes(await client.get(`/v2/${repository}/manifests/CASE`), upper.bytes);
  });

  test("parameters of the Content-Type are ignored", async () => {
    const manifest = image();
    for (const parameters of ["; charset=utf-8", ' ;charset="utf-8; x" ; a=b', ";"]) {
      expectStatus(await client.putManifest(repository, "parameters", { ...manifest, mediaType: manifest.mediaType + parameters }), 201);
    }
    expect((await client.get(`/v2/${repository}/manifests/parameters`)).headers.get("Content-Type")).toBe(manifest.mediaType);
  });

  test("the Content-Type tells the type of a document without mediaType, and is given back", async () => {
    const full = image();
    const { mediaType: _, ...document } = full.document;
    const manifest = manifestOf(document, { mediaType: full.mediaType });
    await pushManifest(client, repository, manifest);
    const pulled = await client.get(`/v2/${repository}/manifests/${manifest.digest}`);
    expectBytes(pulled, manifest.bytes);
    expect(pulled.headers.get("Content-Type")).toBe(full.mediaType);
  });

  test("the mediaType tells the type of a document without Content-Type", async () => {
    const manifest = image();
    expectStatus(await client.request("PUT", `/v2/${repository}/manifests/untyped`, { body: manifest.bytes }), 201);
    expect((await client.get(`/v2/${repository}/manifests/untyped`)).headers.get("Content-Type")).toBe(manifest.mediaType);
  });

  test("two hundred pushes at once to one tag leave one of them", async () => {
    const manifests = Array.from({ length: 200 }, image);
    const answers = await Promise.all(manifests.map((manifest) => client.putManifest(repository, "contended", manifest)));
    for (const answer of answers) expectStatus(answer, 201);
    const { body } = await client.get(`/v2/${repository}/manifests/contended`);
    expect(manifests.map(({ digest }) => digest)).toContain(digestOf(body));
  });
});

describe("content that is not there (code-5)", () => {
  test.each([
    ["config", () => imageOf(configBlob(), [layer])],
    ["layer", () => imageOf(config, [layer, randomBlob()])],
  ])("an image with an unknown %s is refused", async (_name, make) => {
    const manifest = make();
    for (const reference of [manifest.digest, "absent"]) {
      const refused = await client.putManifest(repository, reference, manifest);
      expect(refused.status).toBeOneOf([400, 404]);
      expectError(refused, refused.status, "MANIFEST_BLOB_UNKNOWN");
      expectStatus(await client.head(`/v2/${repository}/manifests/${reference}`), 404);
    }
  });

  test("a blob of another repository does not count", async () => {
    const other = freshRepository();
    const manifest = image();
    const refused = await client.putManifest(other, "latest", manifest);
    expectError(refused, refused.status, "MANIFEST_BLOB_UNKNOWN");
    await pushBlobs(client, other, [config, layer]);
    await pushManifest(client, other, manifest, "latest");
  });

  test("a blob that was deleted does not count", async () => {
    const other = freshRepository();
    await pushBlobs(client, other, [config, layer]);
    await client.delete(`/v2/${other}/blobs/${layer.digest}`);
    const refused = await client.putManifest(other, "latest", image());
    expectError(refused, refused.status, "MANIFEST_BLOB_UNKNOWN");
  });

  test("a subject that is not there is accepted, before and after it comes", async () => {
    const subject = image();
    const referrer = referrerOf(subject, "application/vnd.example");
    expect((await pushManifest(client, repository, referrer)).headers.get("OCI-Subject")).toBe(subject.digest);
    await pushManifest(client, repository, subject);
    const list = (await client.get(`/v2/${repository}/referrers/${subject.digest}`)).json();
    expect(list).toMatchObject({ manifests: [{ digest: referrer.digest }] });
  });
});

describe("OCI-Subject", () => {
  test("is absent without a subject", async () => {
    expect((await pushManifest(client, repository, image())).headers.get("OCI-Subject")).toBeNull();
  });

  test.each(["sha256", "sha512"] as const)("names a %s subject, for images and indexes, by digest and by tag", async (algorithm) => {
    const subject = imageOf(config, [layer], { annotations: { id: crypto.randomUUID() } }, { algorithm });
    const index = indexOf([], { subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length } });
    for (const manifest of [referrerOf(subject, "application/vnd.example"), index]) {
      expect((await pushManifest(client, repository, manifest)).headers.get("OCI-Subject")).toBe(subject.digest);
      expect((await pushManifest(client, repository, manifest, "referrer")).headers.get("OCI-Subject")).toBe(subject.digest);
    }
  });
});

describe("size", () => {
  test("a manifest of exactly 4 MiB is taken", async () => {
    const padding = 4 * 1024 * 1024 - JSON.stringify({ ...image().document, annotations: { p: "" } }).length;
    const manifest = imageOf(config, [layer], { annotations: { p: "x".repeat(padding) } });
    expect(manifest.bytes).toHaveLength(4 * 1024 * 1024);
    await pushManifest(client, repository, manifest, "large");
    expectBytes(await client.get(`/v2/${repository}/manifests/large`), manifest.bytes);
  });

  test("one byte more is 413, and not stored", async () => {
    const padding = 4 * 1024 * 1024 + 1 - JSON.stringify({ ...image().document, annotations: { p: "" } }).length;
    const manifest = imageOf(config, [layer], { annotations: { p: "y".repeat(padding) } });
    expectError(await client.putManifest(repository, "larger", manifest), 413, "MANIFEST_INVALID", "SIZE_INVALID", "UNSUPPORTED");
    for (const reference of ["larger", manifest.digest]) expectStatus(await client.head(`/v2/${repository}/manifests/${reference}`), 404);
  });
});
