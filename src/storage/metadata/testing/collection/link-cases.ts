import { expect, test } from "bun:test";
import type { CollectionCounts } from "../../collection.ts";
import type { MetadataStore } from "../../store.ts";
import { DAY, type GetStore, imageDocument, indexDocument, NOW, RepositoryFixture, subjectOf } from "../fixture.ts";

/** Collects as if it were `now`, with 7 days of retention and 1 day for blobs, until there is no more. */
async function collect(store: MetadataStore, now: number, limit = 100): Promise<{ manifests: number; links: number }> {
  const total = { manifests: 0, links: 0 };
  for (let round = 0; round < 50; round++) {
    const counts: CollectionCounts = await store.collection.collectLinks({ now, deletedBefore: now - 7 * DAY, unreferencedBefore: now - DAY, limit });
    total.manifests += counts.manifests;
    total.links += counts.links;
    if (!counts.more) return total;
  }
  throw new Error("the collection does not come to an end");
}

/** Each case has a store of its own, since a collection goes over everything. */
export function linkCollectionCases(store: GetStore): void {
  const LATER = NOW + 8 * DAY;

  test("what is tagged stays, and what was pushed by digest and never tagged", async () => {
    const repository = new RepositoryFixture(store());
    const images = [await repository.pushed("v1"), await repository.pushed()];
    expect(await collect(store(), NOW + 1000 * DAY)).toEqual({ manifests: 0, links: 0 });
    for (const image of images) expect(await repository.has(image)).toBe(true);
  });

  test("a deleted manifest and its blobs go after the retention, not before", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.pushed("v1");
    await repository.deleteManifest(image);
    expect(await collect(store(), NOW + 6 * DAY)).toEqual({ manifests: 0, links: 0 });
    expect(await store().collection.manifestBody(image.digest)).toBeDefined();
    expect(await collect(store(), LATER)).toEqual({ manifests: 1, links: 1 });
    expect(await store().collection.manifestBody(image.digest)).toBeUndefined();
    expect(await store().collection.usage()).toMatchObject({ manifests: 0, tags: 0, repositories: 1 });
    expect(await store().tags.listEvents(repository.name, undefined, { limit: 10 })).toHaveLength(2);
  });

  test("a manifest whose tag moved goes after the retention, unless it was asked for or tagged again", async () => {
    const repository = new RepositoryFixture(store());
    const [gone, renewed, tagged] = [await repository.pushed("a"), await repository.pushed("b"), await repository.pushed("c")];
    for (const tag of ["a", "b", "c"]) await repository.put(await repository.image(), [tag]);
    await store().blobs.renew(repository.name, renewed.digest, NOW + 5 * DAY);
    await repository.put(tagged, ["again"], NOW + DAY);
    expect((await collect(store(), LATER)).manifests).toBe(1);
    expect(await Promise.all([gone, renewed, tagged].map((image) => repository.has(image)))).toEqual([false, true, true]);
  });

  test("blobs that no manifest refers to go after their time; renewing keeps them", async () => {
    const repository = new RepositoryFixture(store());
    const [old, renewed, fresh] = [await repository.blob(), await repository.blob(), await repository.blob(undefined, NOW + 2 * DAY)];
    await store().blobs.renew(repository.name, renewed, NOW + 2 * DAY);
    expect(await collect(store(), NOW + 2 * DAY)).toEqual({ manifests: 0, links: 1 });
    const present = await Promise.all([old, renewed, fresh].map((digest) => store().blobs.find(repository.name, digest)));
    expect(present.map((blob) => blob !== undefined)).toEqual([false, true, true]);
  });

  test("a blob that another manifest of the repository shares stays", async () => {
    const repository = new RepositoryFixture(store());
    const blob = await repository.blob();
    const [one, two] = [imageDocument(blob, { annotations: { n: "1" } }), imageDocument(blob, { annotations: { n: "2" } })];
    await repository.put(one, ["one"]);
    await repository.put(two, ["two"]);
    await repository.deleteManifest(one);
    expect(await collect(store(), LATER)).toEqual({ manifests: 1, links: 0 });
    expect(await store().blobs.find(repository.name, blob)).toBeDefined();
    await repository.deleteManifest(two, LATER);
    expect(await collect(store(), LATER + 8 * DAY)).toEqual({ manifests: 1, links: 1 });
  });

  test("children of a tagged index stay, even when they had tags; they follow a deleted index", async () => {
    const repository = new RepositoryFixture(store());
    const children = [await repository.pushed("amd64"), await repository.pushed()];
    const index = indexDocument(children);
    await repository.put(index, ["multi"]);
    await repository.deleteTag("amd64");
    expect((await collect(store(), LATER)).manifests).toBe(0);
    await repository.deleteManifest(index, LATER);
    expect(await repository.has(children[1] ?? index)).toBe(true);
    expect((await collect(store(), LATER + 6 * DAY)).manifests).toBe(0);
    expect((await collect(store(), LATER + 8 * DAY)).manifests).toBe(3);
  });

  test("children of an index that lost its tag follow it, those of two indexes stay with the other", async () => {
    const repository = new RepositoryFixture(store());
    const [shared, own] = [await repository.pushed(), await repository.pushed()];
    await repository.put(indexDocument([shared, own]), ["one"]);
    await repository.put(indexDocument([shared]), ["two"]);
    await repository.deleteTag("one");
    expect((await collect(store(), LATER)).manifests).toBe(2);
    expect([await repository.has(shared), await repository.has(own)]).toEqual([true, false]);
  });

  test("a nested index goes with all below it", async () => {
    const repository = new RepositoryFixture(store());
    const inner = indexDocument([await repository.pushed()]);
    await repository.put(inner);
    await repository.put(indexDocument([inner]), ["outer"]);
    await repository.deleteTag("outer");
    expect(await collect(store(), LATER)).toEqual({ manifests: 3, links: 1 });
  });

  test("referrers live as long as their subject", async () => {
    const repository = new RepositoryFixture(store());
    const subject = await repository.pushed("v1");
    const referrer = await repository.image({ subject: subjectOf(subject) });
    await repository.put(referrer, ["signature"]);
    await repository.deleteTag("signature");
    expect((await collect(store(), LATER)).manifests).toBe(0);
    await repository.deleteManifest(subject, LATER);
    expect((await collect(store(), LATER + 8 * DAY)).manifests).toBe(2);
    expect(await store().manifests.listReferrers(repository.name, subject.digest, { limit: 10 })).toEqual([]);
  });

  test("a referrer whose subject never came stays", async () => {
    const repository = new RepositoryFixture(store());
    const referrer = await repository.image({ subject: subjectOf(await repository.image()) });
    await repository.put(referrer);
    expect((await collect(store(), LATER)).manifests).toBe(0);
    expect(await repository.has(referrer)).toBe(true);
  });

  test("a preview counts what becomes free step by step, and changes nothing; small batches come to the same end", async () => {
    const repository = new RepositoryFixture(store());
    for (let n = 0; n < 5; n++) await repository.deleteManifest(await repository.pushed(`v${n}`));
    await repository.blob();
    await repository.deleteBlob(await repository.blob());
    const cutoffs = { now: LATER, deletedBefore: LATER - 7 * DAY, unreferencedBefore: LATER - DAY, limit: 2 };
    const preview = await store().collection.preview({ ...cutoffs, limit: 100 });
    expect(preview).toMatchObject({ manifests: 5, links: 6, complete: true });
    expect(await store().collection.preview({ ...cutoffs, limit: 100 })).toEqual(preview);
    expect(await store().collection.preview(cutoffs)).toMatchObject({ manifests: 2, complete: false });
    expect((await store().collection.collectLinks(cutoffs)).manifests).toBe(2);
    expect(await collect(store(), LATER, 2)).toEqual({ manifests: 3, links: 6 });
    const chosen = await store().collection.begin({ now: LATER, limit: 100 });
    expect({ blobs: chosen.length, bytes: chosen.reduce((sum, { size }) => sum + size, 0) }).toEqual({ blobs: preview.blobs, bytes: preview.bytes });
  });
}
