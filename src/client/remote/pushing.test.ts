import { afterEach, expect, test } from "bun:test";
import { digestOf } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { parseRepositoryName } from "../../oci/name.ts";
import { parseTag } from "../../oci/tag.ts";
import { pushManifest } from "../content/repository-content.ts";
import { bytesOf } from "../content/verified.ts";
import { type FakeRegistry, type FakeRegistryOptions, lines, startFakeRegistry } from "../testing/fake-registry.ts";
import { reply } from "../testing/fake-server.ts";

const NAME = parseRepositoryName("a");
const BYTES = new Uint8Array(100_000).fill(65);
const DESCRIPTOR = { mediaType: "application/octet-stream", digest: digestOf(BYTES), size: BYTES.length };

let registry: FakeRegistry | undefined;

afterEach(async () => {
  await registry?.stop();
  registry = undefined;
});

async function start(before?: FakeRegistryOptions["before"]) {
  registry = await startFakeRegistry(before === undefined ? {} : { before });
  return { registry, repository: registry.client.repository(registry.host, NAME), seen: registry.seen };
}

function manifestOf(document: Readonly<Record<string, unknown>>) {
  const config = { mediaType: "application/vnd.example.v1+json", digest: digestOf("{}"), size: 2 };
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config, layers: [], ...document }));
  return { descriptor: { mediaType: OCI_IMAGE_MANIFEST, digest: digestOf(bytes), size: bytes.length }, bytes };
}

test("a blob is sent in one request, with its length", async () => {
  const { registry, repository, seen } = await start();
  const moved: number[] = [];
  await repository.pushBlob({ descriptor: DESCRIPTOR, open: () => bytesOf(BYTES), onBytes: (bytes) => moved.push(bytes) });
  expect(lines(seen)).toEqual(["POST /v2/a/blobs/uploads/", "PUT /v2/a/blobs/uploads/u?state=1&digest=sha256%3A".concat(DESCRIPTOR.digest.slice(7))]);
  expect(seen[1]?.headers["content-length"]).toBe("100000");
  expect(registry.blobs.get(DESCRIPTOR.digest)?.length).toBe(100_000);
  expect(moved).toEqual([100_000]);
});

test("an upload that fails starts again from the first byte", async () => {
  let puts = 0;
  const { registry, repository } = await start((request, response) => {
    if (request.method !== "PUT" || ++puts > 1) return false;
    reply(response, 502);
    return true;
  });
  let opened = 0;
  await repository.pushBlob({
    descriptor: DESCRIPTOR,
    open: () => {
      opened++;
      return bytesOf(BYTES);
    },
  });
  expect(opened).toBe(2);
  expect(registry.blobs.get(DESCRIPTOR.digest)?.length).toBe(100_000);
});

test.each([
  ["1", 201, 2],
  ["3600", 429, 1],
])("bytes for which there is room in %s s: %d after %d tries", async (retryAfter, status, tries) => {
  const { repository, seen } = await start((request, response) => {
    if (request.method !== "PUT" || seen.filter(({ method }) => method === "PUT").length > 1) return false;
    reply(response, 429, { "Retry-After": retryAfter }, '{"errors":[{"code":"TOOMANYREQUESTS","message":"1 uploads are receiving bytes"}]}');
    return true;
  });
  const pushed = await repository.pushBlob({ descriptor: DESCRIPTOR, open: () => bytesOf(BYTES) }).then(
    () => ({ status: 201 }),
    (error: unknown) => error,
  );
  expect(pushed).toMatchObject({ status });
  expect(seen.filter(({ method }) => method === "PUT")).toHaveLength(tries);
});

test("what the registry refuses is not sent again", async () => {
  const { repository, seen } = await start((request, response) => {
    if (request.method !== "PUT") return false;
    reply(response, 400, {}, '{"errors":[{"code":"DIGEST_INVALID","message":"not that digest"}]}');
    return true;
  });
  const error = await repository.pushBlob({ descriptor: DESCRIPTOR, open: () => bytesOf(BYTES) }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "refused", code: "DIGEST_INVALID" });
  expect(seen.filter(({ method }) => method === "PUT")).toHaveLength(1);
});

test("a source that ends early is an error of the source", async () => {
  const { registry, repository } = await start();
  const error = await repository.pushBlob({ descriptor: DESCRIPTOR, open: () => bytesOf(BYTES.subarray(5)) }).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain("has 99995 bytes, not 100000");
  expect(registry.blobs.size).toBe(0);
});

test("chunks go one after the other, with their ranges", async () => {
  const { repository, seen } = await start((request, response) => {
    if (request.method !== "PATCH") return false;
    reply(response, 202, { Location: "/v2/a/blobs/uploads/u?state=2" });
    return true;
  });
  await repository.pushBlob({ descriptor: DESCRIPTOR, open: () => bytesOf(BYTES) }, { chunkSize: 40_000 });
  expect(seen.map(({ method, headers }) => `${method} ${headers["content-range"] ?? ""}`.trim())).toEqual([
    "POST",
    "PATCH 0-39999",
    "PATCH 40000-79999",
    "PATCH 80000-99999",
    "PUT",
  ]);
  expect(seen.at(-1)?.path).toContain("state=2&digest=");
});

test("an upload is not sent where encryption would be left behind, nor to what is no address", async () => {
  const { repository } = await start((request, response) => {
    if (request.method !== "POST") return false;
    reply(response, 202, { Location: "ftp://elsewhere.example.com/u" });
    return true;
  });
  expect(await repository.pushBlob({ descriptor: DESCRIPTOR, open: () => bytesOf(BYTES) }).catch((error: unknown) => error)).toMatchObject({ kind: "refused" });
});

test("a mount that is not granted is told, and its upload given up", async () => {
  const { repository, seen } = await start();
  expect(await repository.mountBlob(DESCRIPTOR, { from: parseRepositoryName("b") })).toBe(false);
  expect(lines(seen)[0]).toContain("from=b");
  expect(lines(seen)[1]).toBe("DELETE /v2/a/blobs/uploads/u?state=1");
});

test("more than one tag is set in one request where the registry can, else one by one", async () => {
  const plain = await start();
  const manifest = manifestOf({});
  const tags = [parseTag("v1"), parseTag("latest")];
  await plain.repository.putManifest(manifest, { tags });
  expect(lines(plain.seen)).toEqual(["PUT /v2/a/manifests/<digest>?tag=v1&tag=latest", "PUT /v2/a/manifests/v1", "PUT /v2/a/manifests/latest"]);
  await plain.registry.stop();
  const able = await start((request, response) => {
    if (request.method !== "PUT") return false;
    reply(response, 201, { "OCI-Tag": "v1, latest" });
    return true;
  });
  await able.repository.putManifest(manifest, { tags });
  expect(lines(able.seen)).toEqual(["PUT /v2/a/manifests/<digest>?tag=v1&tag=latest"]);
});

test("a tag is held to what it named where the registry says that it takes conditions, and not where it says nothing", async () => {
  for (const says of [true, false]) {
    const { registry, repository, seen } = await start(({ method, path }, response) => {
      const there = registry.manifests.get("v1");
      if (method !== "GET" || !path.endsWith("/v1") || there === undefined) return false;
      reply(response, 200, { "Content-Type": there.type, ...(says && { "OPM-Conditions": "If-Match" }) }, there.bytes);
      return true;
    });
    await repository.putManifest(manifestOf({}), { tags: [parseTag("v1")] });
    const { descriptor } = await repository.getManifest(parseTag("v1"));
    await repository.putManifest(manifestOf({ annotations: { a: "b" } }), { tags: [parseTag("v1")], ifNames: descriptor.digest });
    expect(seen.at(-1)?.headers["if-match"]).toBe(says ? `"${descriptor.digest}"` : undefined);
    await registry.stop();
  }
});

test("a manifest that was changed on the way is not used", async () => {
  const { registry, repository } = await start();
  const manifest = manifestOf({});
  registry.manifests.set(manifest.descriptor.digest, { type: OCI_IMAGE_MANIFEST, bytes: Buffer.from(manifestOf({ annotations: { a: "b" } }).bytes) });
  expect(await repository.getManifest(manifest.descriptor.digest).catch((error: unknown) => error)).toMatchObject({ kind: "invalid" });
});

test("a manifest of more than 4 MiB is not read", async () => {
  const { registry, repository } = await start();
  registry.manifests.set("big", { type: OCI_IMAGE_MANIFEST, bytes: Buffer.alloc(4 * 1024 * 1024 + 1, 32) });
  expect(await repository.getManifest(parseTag("big")).catch((error: unknown) => error)).toMatchObject({ kind: "invalid" });
});

test("without a list of referrers the fallback tag is kept", async () => {
  const { registry, repository } = await start();
  const subject = manifestOf({});
  await repository.putManifest(subject);
  const referrers = ["one", "two"].map((name) =>
    manifestOf({ subject: subject.descriptor, artifactType: `application/vnd.example.${name}`, annotations: { name } }),
  );
  for (const referrer of [...referrers, ...referrers]) await pushManifest(repository, referrer);
  const tag = subject.descriptor.digest.replace(":", "-");
  expect(registry.manifests.get(tag)?.type).toBe(OCI_IMAGE_INDEX);
  const found = await repository.referrers(subject.descriptor.digest);
  expect(found.from).toBe("tag");
  expect(found.descriptors).toEqual(
    referrers.map(({ descriptor }, at) => {
      const name = ["one", "two"][at] ?? "";
      return { ...descriptor, artifactType: `application/vnd.example.${name}`, annotations: { name } };
    }),
  );
  expect((await repository.referrers(subject.descriptor.digest, { artifactType: "application/vnd.example.two" })).descriptors).toHaveLength(1);
  for (const { descriptor } of referrers) await repository.removeFallbackReferrer(subject.descriptor.digest, descriptor.digest);
  expect((await repository.referrers(subject.descriptor.digest)).descriptors).toEqual([]);
});

test("referrers that are pushed at once are all in the index under the fallback tag", async () => {
  const { repository } = await start();
  const subject = manifestOf({});
  await repository.putManifest(subject);
  const referrers = Array.from({ length: 8 }, (_, at) => manifestOf({ subject: subject.descriptor, annotations: { at: String(at) } }));
  await Promise.all(referrers.map((referrer) => pushManifest(repository, referrer)));
  const found = (await repository.referrers(subject.descriptor.digest)).descriptors.map(({ digest }) => digest);
  expect(found.toSorted()).toEqual(referrers.map(({ descriptor }) => descriptor.digest).toSorted());
});
