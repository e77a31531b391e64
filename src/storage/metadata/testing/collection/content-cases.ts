import { expect, test } from "bun:test";
import type { Digest } from "../../../../oci/digest.ts";
import { MetadataStoreError } from "../../error.ts";
import { ACTOR, DAY, type GetStore, imageDocument, indexDocument, NOW, newName, RepositoryFixture, unknownDigest } from "../fixture.ts";

/** Each case has a store of its own, since a collection goes over everything. */
export function contentCollectionCases(store: GetStore): void {
  const LATER = NOW + 2 * DAY;
  /** Milliseconds that a collector has for what it was given. */
  const LEASE = 120_000;
  const begin = async (now: number, limit = 100): Promise<Digest[]> =>
    (await store().collection.begin({ now, until: now + LEASE, limit })).map((content) => content.digest);

  test("content without a link is collected once its reservation is over", async () => {
    const repository = new RepositoryFixture(store());
    const [kept, deleted] = [await repository.blob(), await repository.blob()];
    await repository.deleteBlob(deleted);
    expect(await begin(NOW)).toEqual([]);
    expect(await store().collection.begin({ now: LATER, until: LATER + LEASE, limit: 10 })).toEqual([{ digest: deleted, size: 10 }]);
    await store().collection.finish([{ digest: deleted }], LATER + LEASE);
    expect(await store().collection.knows({ digest: deleted })).toBe(false);
    expect(await store().collection.knows({ digest: kept })).toBe(true);
    expect(await begin(LATER + DAY)).toEqual([]);
  });

  test("content that was reserved and never linked is collected", async () => {
    const digest = unknownDigest();
    expect(await store().blobs.reserve(digest, NOW + DAY, NOW)).toBe(true);
    expect(await store().collection.knows({ digest })).toBe(true);
    expect(await begin(NOW + DAY / 2)).toEqual([]);
    expect(await begin(LATER)).toEqual([digest]);
  });

  test("content that another repository links stays", async () => {
    const [one, other] = [new RepositoryFixture(store()), new RepositoryFixture(store())];
    const digest = await one.blob();
    await other.blob(digest);
    await one.deleteBlob(digest);
    expect(await begin(LATER)).toEqual([]);
    await other.deleteBlob(digest);
    expect(await begin(LATER)).toEqual([digest]);
  });

  test("while content is being removed it can be neither reserved, linked nor mounted; afterwards it can", async () => {
    const repository = new RepositoryFixture(store());
    const digest = await repository.blob();
    await repository.deleteBlob(digest);
    expect(await begin(LATER)).toEqual([digest]);
    expect(await store().blobs.reserve(digest, LATER + DAY, LATER)).toBe(false);
    const link = { repository: newName(), digest, size: 10, actor: ACTOR, now: LATER };
    const error = await store()
      .blobs.link(link)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MetadataStoreError);
    expect(error).toMatchObject({ reason: "collecting" });
    expect(await store().repositories.find(link.repository)).toBeUndefined();
    expect(await store().blobs.mount({ from: repository.name, to: link.repository, digest, actor: ACTOR, now: LATER })).toBe(false);
    await store().collection.finish([{ digest }], LATER + LEASE);
    expect(await store().blobs.reserve(digest, LATER + DAY, LATER)).toBe(true);
    await store().blobs.link(link);
    expect(await store().blobs.find(link.repository, digest)).toBeDefined();
    await store().collection.finish([{ digest }], LATER + LEASE);
    expect(await store().blobs.find(link.repository, digest)).toBeDefined();
  });

  test("linking unreserved waits for a collector, takes over from one whose time is over, and holds off all others", async () => {
    const repository = new RepositoryFixture(store());
    const digest = await repository.blob();
    const link = (now: number) => store().blobs.linkUnreserved({ repository: repository.name, digest, size: 10, actor: ACTOR, now });
    await repository.deleteBlob(digest);
    expect(await begin(LATER)).toEqual([digest]);
    const [refused] = await Promise.allSettled([link(LATER + LEASE)]);
    expect(refused).toMatchObject({ status: "rejected", reason: { reason: "collecting" } });
    await link(LATER + LEASE + 1);
    expect(await store().collection.stillCollecting([digest], LATER + LEASE)).toEqual([]);
    await store().collection.finish([{ digest }], LATER + LEASE);
    expect(await begin(LATER + DAY)).toEqual([]);
    expect(await store().blobs.find(repository.name, digest)).toBeDefined();
    await repository.deleteBlob(digest);
    expect(await begin(LATER + DAY)).toEqual([digest]);
    await store().collection.finish([{ digest }], LATER + DAY + LEASE);
    await link(LATER + DAY);
    expect(await begin(LATER + 2 * DAY)).toEqual([]);
  });

  test("a reservation holds the collector off, also for content that lost its last link", async () => {
    const repository = new RepositoryFixture(store());
    const digest = await repository.blob();
    expect(await store().blobs.reserve(digest, LATER + DAY, LATER)).toBe(true);
    expect(await store().blobs.reserve(digest, NOW, NOW)).toBe(true);
    await repository.deleteBlob(digest);
    expect(await begin(LATER)).toEqual([]);
  });

  test("what a collector did not finish is handed out, or reserved, again after its time", async () => {
    const repository = new RepositoryFixture(store());
    const digest = await repository.blob();
    await repository.deleteBlob(digest);
    expect(await store().collection.begin({ now: LATER, until: LATER + 1000, limit: 10 })).toHaveLength(1);
    expect(await begin(LATER + 999)).toEqual([]);
    expect(await store().collection.stillCollecting([digest], LATER + 1000)).toEqual([digest]);
    expect(await begin(LATER + 1001)).toEqual([digest]);
    expect(await store().collection.stillCollecting([digest, unknownDigest()], LATER + 1000)).toEqual([]);
    await store().collection.finish([{ digest }], LATER + 1000);
    expect(await store().collection.stillCollecting([digest], LATER + 1001 + LEASE)).toEqual([digest]);
    const again = LATER + 1001 + DAY;
    expect(await store().blobs.reserve(digest, again + DAY, again)).toBe(true);
    await store().collection.finish([{ digest }], LATER + LEASE);
    await store().blobs.link({ repository: repository.name, digest, size: 10, actor: ACTOR, now: again });
    expect(await store().blobs.find(repository.name, digest)).toBeDefined();
  });

  test("a digest that a manifest still names is kept as a name", async () => {
    const repository = new RepositoryFixture(store());
    const blob = await repository.blob();
    const image = imageDocument(blob);
    await repository.put(image, ["v1"]);
    await repository.deleteBlob(blob);
    expect(await begin(LATER)).toEqual([blob]);
    await store().collection.finish([{ digest: blob }, { digest: unknownDigest() }], LATER + LEASE);
    expect((await store().manifests.edges(repository.name, image.digest)).map((edge) => edge.digest)).toEqual([blob, blob]);
    expect(await repository.put(image)).toEqual({ outcome: "missing", digests: [blob] });
  });

  test("at most the limit is handed out", async () => {
    for (let n = 0; n < 5; n++) await store().blobs.reserve(unknownDigest(), NOW, NOW);
    expect(await begin(LATER, 2)).toHaveLength(2);
    expect(await begin(LATER, 10)).toHaveLength(3);
  });

  test("the list for scrubbing has blobs and manifests by digest, not what is reserved only", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.pushed("v1");
    const index = indexDocument([imageDocument(unknownDigest())]);
    await repository.put(index);
    await repository.blob(image.digest);
    await store().blobs.reserve(unknownDigest(), NOW, NOW);
    const all = await store().collection.listContent({ limit: 100 });
    expect(all.map((entry) => entry.kind).sort()).toEqual(["blob", "blob", "manifest", "manifest"]);
    expect(all).toEqual(all.toSorted((a, b) => (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0)));
    expect(all).toContainEqual({ digest: index.digest, size: index.body.length, kind: "manifest" });
    const first = await store().collection.listContent({ limit: 1 });
    expect(await store().collection.listContent({ limit: 100, after: first[0]?.digest })).toEqual(all.slice(first.length));
  });

  test("usage counts what is there", async () => {
    const repository = new RepositoryFixture(store());
    await repository.pushed("a", "b");
    await repository.deleteManifest(await repository.pushed("c"));
    const expected = { repositories: 1, manifests: 1, tags: 2, blobs: 2, storedBytes: 20, uploads: 0 };
    expect(await store().collection.usage()).toEqual(expected);
  });
}
