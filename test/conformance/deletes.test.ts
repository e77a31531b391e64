import { describe, expect, test } from "bun:test";
import { configBlob, emptyBlob, imageOf, indexOf, randomBlob, referrerOf } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushBlob, pushBlobs, pushManifest } from "./pushing.ts";

const { client } = useRegistry();

async function setUp(repositories: readonly string[] = [freshRepository()]) {
  const [config, layer] = [configBlob(), randomBlob()];
  const manifest = imageOf(config, [layer]);
  for (const repository of repositories) {
    await pushBlobs(client, repository, [config, layer]);
    await pushManifest(client, repository, manifest, "one");
    await pushManifest(client, repository, manifest, "two");
  }
  return { repository: repositories[0] ?? "", config, layer, manifest };
}

async function tagsOf(repository: string): Promise<unknown> {
  return ((await client.get(`/v2/${repository}/tags/list`)).json() as { tags: unknown }).tags;
}

describe("DELETE of a tag (end-9)", () => {
  test("removes this tag only", async () => {
    const { repository, manifest } = await setUp();
    expectStatus(await client.delete(`/v2/${repository}/manifests/one`), 202);
    expectError(await client.get(`/v2/${repository}/manifests/one`), 404, "MANIFEST_UNKNOWN");
    expectBytes(await client.get(`/v2/${repository}/manifests/two`), manifest.bytes);
    expectBytes(await client.get(`/v2/${repository}/manifests/${manifest.digest}`), manifest.bytes);
    expect(await tagsOf(repository)).toEqual(["two"]);
  });

  test("of the last tag leaves the manifest", async () => {
    const { repository, manifest } = await setUp();
    for (const tag of ["one", "two"]) expectStatus(await client.delete(`/v2/${repository}/manifests/${tag}`), 202);
    expectBytes(await client.get(`/v2/${repository}/manifests/${manifest.digest}`), manifest.bytes);
    expect(await tagsOf(repository)).toEqual([]);
  });

  test("twice, or of an unknown tag, is 404", async () => {
    const { repository } = await setUp();
    await client.delete(`/v2/${repository}/manifests/one`);
    for (const tag of ["one", "never"]) expectError(await client.delete(`/v2/${repository}/manifests/${tag}`), 404, "MANIFEST_UNKNOWN");
    expectError(await client.delete(`/v2/${freshRepository()}/manifests/one`), 404, "NAME_UNKNOWN", "MANIFEST_UNKNOWN");
  });

  test("leaves the same tag of another repository", async () => {
    const [one, other] = [freshRepository(), freshRepository()];
    const { manifest } = await setUp([one, other]);
    expectStatus(await client.delete(`/v2/${one}/manifests/one`), 202);
    expectBytes(await client.get(`/v2/${other}/manifests/one`), manifest.bytes);
  });

  test("the tag can be pushed again", async () => {
    const { repository, manifest } = await setUp();
    await client.delete(`/v2/${repository}/manifests/one`);
    await pushManifest(client, repository, manifest, "one");
    expectBytes(await client.get(`/v2/${repository}/manifests/one`), manifest.bytes);
  });
});

describe("DELETE of a manifest (end-9)", () => {
  test("removes it with every tag that points to it, and no other", async () => {
    const { repository, config, layer, manifest } = await setUp();
    const other = imageOf(config, [layer, layer]);
    await pushManifest(client, repository, other, "other");
    expectStatus(await client.delete(`/v2/${repository}/manifests/${manifest.digest}`), 202);
    for (const reference of ["one", "two", manifest.digest]) expectError(await client.get(`/v2/${repository}/manifests/${reference}`), 404, "MANIFEST_UNKNOWN");
    expect(await tagsOf(repository)).toEqual(["other"]);
    expectBytes(await client.get(`/v2/${repository}/manifests/other`), other.bytes);
    expectBytes(await client.get(`/v2/${repository}/blobs/${layer.digest}`), layer.bytes);
  });

  test("twice, or of an unknown manifest or repository, is 404", async () => {
    const { repository, manifest } = await setUp();
    await client.delete(`/v2/${repository}/manifests/${manifest.digest}`);
    for (const digest of [manifest.digest, randomBlob().digest])
      expectError(await client.delete(`/v2/${repository}/manifests/${digest}`), 404, "MANIFEST_UNKNOWN");
    expectError(await client.delete(`/v2/${freshRepository()}/manifests/${manifest.digest}`), 404, "NAME_UNKNOWN", "MANIFEST_UNKNOWN");
  });

  test("leaves it in another repository", async () => {
    const [one, other] = [freshRepository(), freshRepository()];
    const { manifest } = await setUp([one, other]);
    expectStatus(await client.delete(`/v2/${one}/manifests/${manifest.digest}`), 202);
    for (const reference of ["one", "two", manifest.digest]) expectBytes(await client.get(`/v2/${other}/manifests/${reference}`), manifest.bytes);
  });

  test("it can be pushed again, and has its old tags no more", async () => {
    const { repository, manifest } = await setUp();
    await client.delete(`/v2/${repository}/manifests/${manifest.digest}`);
    await pushManifest(client, repository, manifest);
    expectBytes(await client.get(`/v2/${repository}/manifests/${manifest.digest}`), manifest.bytes);
    expect(await tagsOf(repository)).toEqual([]);
  });

  test("of a child leaves the index, of the index the child", async () => {
    const { repository, manifest } = await setUp();
    const index = indexOf([manifest]);
    await pushManifest(client, repository, index, "index");
    expectStatus(await client.delete(`/v2/${repository}/manifests/${manifest.digest}`), 202);
    expectBytes(await client.get(`/v2/${repository}/manifests/index`), index.bytes);
    await pushManifest(client, repository, manifest);
    expectStatus(await client.delete(`/v2/${repository}/manifests/${index.digest}`), 202);
    expectBytes(await client.get(`/v2/${repository}/manifests/${manifest.digest}`), manifest.bytes);
  });

  test("of a referrer takes it from the list at once; of the subject leaves the list", async () => {
    const { repository, manifest } = await setUp();
    await pushBlob(client, repository, emptyBlob());
    const [kept, gone] = ["application/vnd.example.a", "application/vnd.example.b"].map((type) => referrerOf(manifest, type));
    if (kept === undefined || gone === undefined) throw new Error("two referrers were made");
    for (const referrer of [kept, gone]) await pushManifest(client, repository, referrer);
    expectStatus(await client.delete(`/v2/${repository}/manifests/${gone.digest}`), 202);
    expectStatus(await client.delete(`/v2/${repository}/manifests/${manifest.digest}`), 202);
    const list = (await client.get(`/v2/${repository}/referrers/${manifest.digest}`)).json();
    expect(list).toMatchObject({ manifests: [{ digest: kept.digest }] });
    expect((list as { manifests: unknown[] }).manifests).toHaveLength(1);
  });
});

describe("DELETE of a blob (end-10)", () => {
  test.each(["sha256", "sha512"] as const)("removes a %s blob from its repository only", async (algorithm) => {
    const [one, other] = [freshRepository(), freshRepository()];
    const blob = randomBlob(100, { algorithm });
    for (const repository of [one, other]) await pushBlob(client, repository, blob);
    expectStatus(await client.delete(`/v2/${one}/blobs/${blob.digest}`), 202);
    expectError(await client.get(`/v2/${one}/blobs/${blob.digest}`), 404, "BLOB_UNKNOWN");
    expectStatus(await client.head(`/v2/${one}/blobs/${blob.digest}`), 404);
    expectError(await client.get(`/v2/${one}/blobs/${blob.digest}`, { Range: "bytes=0-9" }), 404, "BLOB_UNKNOWN");
    expectBytes(await client.get(`/v2/${other}/blobs/${blob.digest}`), blob.bytes);
  });

  test("twice, or of an unknown blob or repository, is 404", async () => {
    const repository = freshRepository();
    const blob = randomBlob();
    await pushBlob(client, repository, blob);
    await client.delete(`/v2/${repository}/blobs/${blob.digest}`);
    for (const digest of [blob.digest, randomBlob().digest]) expectError(await client.delete(`/v2/${repository}/blobs/${digest}`), 404, "BLOB_UNKNOWN");
    expectError(await client.delete(`/v2/${freshRepository()}/blobs/${blob.digest}`), 404, "NAME_UNKNOWN", "BLOB_UNKNOWN");
  });

  test("it can be pushed again", async () => {
    const repository = freshRepository();
    const blob = randomBlob();
    for (let round = 0; round < 3; round++) {
      await pushBlob(client, repository, blob);
      expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
      expectStatus(await client.delete(`/v2/${repository}/blobs/${blob.digest}`), 202);
    }
  });

  test("pushes and deletes of shared content at the same time disturb no other repository", async () => {
    const kept = freshRepository();
    const blob = randomBlob(50_000);
    await pushBlob(client, kept, blob);
    const churn = async () => {
      const repository = freshRepository();
      await pushBlob(client, repository, blob);
      expectStatus(await client.delete(`/v2/${repository}/blobs/${blob.digest}`), 202);
      expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
      expectBytes(await client.get(`/v2/${kept}/blobs/${blob.digest}`), blob.bytes);
    };
    await Promise.all(Array.from({ length: 20 }, churn));
  });
});
