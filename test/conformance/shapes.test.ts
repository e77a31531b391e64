import { describe, expect, test } from "bun:test";
import { digestOf } from "../../src/oci/digest.ts";
import type { ManifestContent } from "../support/content.ts";
import { expectBytes, expectDigestHeader, expectError, expectSameHead, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { locationOf, PUSH_METHODS, pushBlobs, pushManifest } from "./pushing.ts";
import { MANIFEST_ACCEPT, referrerDescriptor, SHAPES, type ShapeContent, subjectOf } from "./shapes.ts";
import { type SpecVersion, VERSIONS } from "./versions.ts";

const { client } = useRegistry();

/** A shape in a repository: every manifest by digest, the last one tagged as well. */
interface Pushed {
  readonly repository: string;
  readonly content: ShapeContent;
  readonly root: ManifestContent;
  readonly tag: string;
  /** What the tag points to: on 1.1 a tag cannot name a sha512 manifest, so it is the same bytes by their sha256. */
  readonly digest: string;
}

async function pushShape(version: SpecVersion, make: () => ShapeContent, tags: readonly string[] = ["v1"]): Promise<Pushed> {
  const repository = freshRepository();
  const content = make();
  const root = rootOf(content);
  await pushBlobs(client, repository, content.blobs);
  for (const manifest of content.manifests) if (manifest !== root || !version.tagParameters) await pushManifest(client, repository, manifest);
  let digest: string = root.digest;
  if (version.tagParameters) {
    expectStatus(await client.putManifest(repository, root.digest, root, tags), 201);
  } else {
    for (const tag of tags) digest = (await pushManifest(client, repository, root, tag)).headers.get("Docker-Content-Digest") ?? digestOf(root.bytes);
  }
  return { repository, content, root, tag: tags[0] ?? "v1", digest };
}

function rootOf(content: ShapeContent): ManifestContent {
  return content.manifests[content.manifests.length - 1] as ManifestContent;
}

const MATRIX = VERSIONS.flatMap((version) => SHAPES.map((shape) => ({ title: `${version.name}: ${shape.name}`, version, make: shape.make })));

describe.each(MATRIX)("$title", ({ version, make }) => {
  test.each(Object.entries(PUSH_METHODS))("blobs are pushed by %s", async (_name, push) => {
    const repository = freshRepository();
    for (const blob of make().blobs) {
      const pushed = await push(client, repository, blob);
      expectStatus(pushed, 201);
      expectDigestHeader(pushed, blob.bytes, version.digestHeader);
      for (const path of [locationOf(pushed), `/v2/${repository}/blobs/${blob.digest}`]) {
        const pulled = await client.get(path);
        expectStatus(pulled, 200);
        expectBytes(pulled, blob.bytes);
      }
    }
  });

  test("blobs are mounted from another repository", async () => {
    const { repository, content } = await pushShape(version, make);
    const target = freshRepository();
    for (const blob of content.blobs) {
      const mounted = await client.post(target, { mount: blob.digest, from: repository });
      expectStatus(mounted, 201);
      const pulled = await client.get(locationOf(mounted));
      expectBytes(pulled, blob.bytes);
    }
  });

  test("blobs are pulled, whole and in part", async () => {
    const { repository, content } = await pushShape(version, make);
    for (const blob of content.blobs) {
      const path = `/v2/${repository}/blobs/${blob.digest}`;
      const get = await client.get(path);
      expectStatus(get, 200);
      expectBytes(get, blob.bytes);
      expectDigestHeader(get, blob.bytes, version.digestHeader);
      expectSameHead(await client.head(path), get);
      if (blob.bytes.length < 2) continue;
      const part = await client.get(path, { Range: "bytes=1-" });
      expectStatus(part, 206);
      expectBytes(part, blob.bytes.slice(1));
    }
  });

  test("the manifests are pushed by digest", async () => {
    const repository = freshRepository();
    const { blobs, manifests } = make();
    await pushBlobs(client, repository, blobs);
    for (const manifest of manifests) {
      const pushed = await pushManifest(client, repository, manifest);
      expect(pushed.headers.get("Docker-Content-Digest") ?? manifest.digest).toBe(manifest.digest);
      expect(pushed.headers.get("OCI-Subject") ?? undefined).toBe(subjectOf(manifest));
      const pulled = await client.get(locationOf(pushed), { Accept: MANIFEST_ACCEPT });
      expectStatus(pulled, 200);
      expectBytes(pulled, manifest.bytes);
    }
  });

  test("the manifests are pushed by tag", async () => {
    const repository = freshRepository();
    const { blobs, manifests } = make();
    await pushBlobs(client, repository, blobs);
    for (const [at, manifest] of manifests.entries()) {
      await pushManifest(client, repository, manifest);
      const pushed = await pushManifest(client, repository, manifest, `tag-${at}`);
      expectDigestHeader(pushed, manifest.bytes, version.digestHeader);
      expect(pushed.headers.get("OCI-Subject") ?? undefined).toBe(subjectOf(manifest));
      expectBytes(await client.get(locationOf(pushed), { Accept: MANIFEST_ACCEPT }), manifest.bytes);
      expectBytes(await client.get(`/v2/${repository}/manifests/tag-${at}`, { Accept: MANIFEST_ACCEPT }), manifest.bytes);
    }
  });

  if (version.tagParameters) {
    test("the manifests are pushed by digest with tags", async () => {
      const repository = freshRepository();
      const { blobs, manifests } = make();
      await pushBlobs(client, repository, blobs);
      for (const [at, manifest] of manifests.entries()) {
        const tags = [`a-${at}`, `b-${at}`];
        const pushed = await client.putManifest(repository, manifest.digest, manifest, tags);
        expectStatus(pushed, 201);
        expect(pushed.headers.get("OCI-Tag")?.split(/\s*,\s*/)).toEqual(tags);
        for (const tag of tags) {
          const pulled = await client.get(`/v2/${repository}/manifests/${tag}`);
          expectBytes(pulled, manifest.bytes);
          expect(pulled.headers.get("Docker-Content-Digest")).toBe(manifest.digest);
        }
      }
    });
  }

  test("the manifests are pulled by tag and by digest, byte for byte", async () => {
    const { repository, content, root, tag, digest } = await pushShape(version, make);
    const references = new Map<string, ManifestContent>(content.manifests.map((manifest) => [manifest.digest, manifest]));
    references.set(tag, root).set(digest, root);
    for (const [reference, manifest] of references) {
      const path = `/v2/${repository}/manifests/${reference}`;
      const get = await client.get(path, { Accept: MANIFEST_ACCEPT });
      expectStatus(get, 200);
      expectBytes(get, manifest.bytes);
      expect(get.headers.get("Content-Type")).toBe(manifest.mediaType);
      expectDigestHeader(get, manifest.bytes, version.digestHeader);
      if (reference.includes(":")) expect(get.headers.get("Docker-Content-Digest") ?? reference).toBe(reference);
      expectSameHead(await client.head(path, { Accept: MANIFEST_ACCEPT }), get);
      const again = await client.get(path, { "If-None-Match": get.headers.get("ETag") ?? "" });
      expectStatus(again, 304);
      expect(again.body).toHaveLength(0);
    }
  });

  test("the tags are listed", async () => {
    const { repository } = await pushShape(version, make, ["c", "a", "b"]);
    const list = await client.get(`/v2/${repository}/tags/list`);
    expectStatus(list, 200);
    expect(list.json()).toEqual({ name: repository, tags: ["a", "b", "c"] });
    expect((await client.get(`/v2/${repository}/tags/list?n=1&last=a`)).json()).toEqual({ name: repository, tags: ["b"] });
  });

  test("the referrers of every manifest and subject are listed", async () => {
    const { repository, content } = await pushShape(version, make);
    const digests = new Set([...content.manifests.map(({ digest }) => digest), ...content.manifests.flatMap((manifest) => subjectOf(manifest) ?? [])]);
    for (const digest of digests) {
      const expected = content.manifests.filter((manifest) => subjectOf(manifest) === digest).map(referrerDescriptor);
      const all = await listReferrers(`/v2/${repository}/referrers/${digest}`);
      for (const descriptor of expected) expect<readonly unknown[]>(all).toContainEqual(descriptor);
      expect(distinct(all)).toBe(distinct(expected));
      for (const type of new Set(expected.map((descriptor) => descriptor?.artifactType))) {
        if (typeof type !== "string") continue;
        const some = await listReferrers(`/v2/${repository}/referrers/${digest}?artifactType=${encodeURIComponent(type)}`, "artifactType");
        expect(distinct(some)).toBe(distinct(expected.filter((descriptor) => descriptor?.artifactType === type)));
      }
    }
  });

  test("a deleted tag is gone, its manifest stays", async () => {
    const { repository, root, digest } = await pushShape(version, make, ["gone", "kept"]);
    expectStatus(await client.delete(`/v2/${repository}/manifests/gone`), 202);
    expectError(await client.get(`/v2/${repository}/manifests/gone`), 404, "MANIFEST_UNKNOWN");
    expect((await client.head(`/v2/${repository}/manifests/gone`)).status).toBe(404);
    expect((await client.get(`/v2/${repository}/tags/list`)).json()).toEqual({ name: repository, tags: ["kept"] });
    for (const reference of ["kept", digest]) expectBytes(await client.get(`/v2/${repository}/manifests/${reference}`), root.bytes);
  });

  test("a deleted manifest is gone, and with it its tags and its place among the referrers", async () => {
    const { repository, root, tag, digest } = await pushShape(version, make);
    const subject = subjectOf(root);
    for (const target of new Set([digest, root.digest])) expectStatus(await client.delete(`/v2/${repository}/manifests/${target}`), 202);
    for (const reference of [tag, digest, root.digest]) {
      expectError(await client.get(`/v2/${repository}/manifests/${reference}`), 404, "MANIFEST_UNKNOWN");
      expect((await client.head(`/v2/${repository}/manifests/${reference}`)).status).toBe(404);
    }
    expect((await client.get(`/v2/${repository}/tags/list`)).json()).toEqual({ name: repository, tags: [] });
    if (subject === undefined) return;
    const left = await listReferrers(`/v2/${repository}/referrers/${subject}`);
    expect(left.map((descriptor) => descriptor.digest)).not.toContain(root.digest);
  });

  test("a deleted blob is gone from its repository at once, and stays in the other", async () => {
    const { repository, content } = await pushShape(version, make);
    const other = freshRepository();
    await pushBlobs(client, other, content.blobs);
    for (const { digest, bytes } of new Map(content.blobs.map((blob) => [blob.digest, blob])).values()) {
      expectStatus(await client.delete(`/v2/${repository}/blobs/${digest}`), 202);
      expectError(await client.get(`/v2/${repository}/blobs/${digest}`), 404, "BLOB_UNKNOWN");
      expect((await client.head(`/v2/${repository}/blobs/${digest}`)).status).toBe(404);
      expectBytes(await client.get(`/v2/${other}/blobs/${digest}`), bytes);
    }
  });

  test("a manifest whose bytes do not match the digest of its path is refused", async () => {
    const repository = freshRepository();
    const content = make();
    const root = rootOf(content);
    await pushBlobs(client, repository, content.blobs);
    for (const manifest of content.manifests) if (manifest !== root) await pushManifest(client, repository, manifest);
    const longer = { ...root, bytes: new TextEncoder().encode(`${new TextDecoder().decode(root.bytes)}  `) };
    expectError(await client.putManifest(repository, root.digest, longer), 400, "DIGEST_INVALID");
    for (const digest of [root.digest, digestOf(longer.bytes)]) expectError(await client.get(`/v2/${repository}/manifests/${digest}`), 404);
  });
});

async function listReferrers(path: string, filters: string | null = null): Promise<{ digest: string; artifactType?: string }[]> {
  const answer = await client.get(path);
  expectStatus(answer, 200);
  expect(answer.headers.get("Content-Type")).toBe("application/vnd.oci.image.index.v1+json");
  expect(answer.headers.get("OCI-Filters-Applied")).toBe(filters);
  const list = answer.json() as { schemaVersion: number; mediaType: string; manifests: { digest: string; artifactType?: string }[] };
  expect(list).toMatchObject({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json" });
  return list.manifests;
}

/** The digests of descriptors, in an order of their own. */
function distinct(descriptors: readonly ({ readonly digest?: unknown } | undefined)[]): string {
  return [...new Set(descriptors.map((descriptor) => String(descriptor?.digest)))].sort().join("\n");
}
