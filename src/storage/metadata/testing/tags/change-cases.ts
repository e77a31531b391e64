import { expect, test } from "bun:test";
import { artifact, HELM, ownName, pushed, target } from "../catalog-fixture.ts";
import { ACTOR, DAY, type Document, type GetStore, indexDocument, NOW, newName, RepositoryFixture, tagOf, unknownDigest } from "../fixture.ts";

export function tagChangeCases(store: GetStore): void {
  const row = (repository: RepositoryFixture, tag: string) => store().tags.row(repository.name, tagOf(tag));
  const request = (repository: RepositoryFixture, tag: string, { digest }: Pick<Document, "digest">, now = NOW) => {
    return { repository: repository.name, tag: tagOf(tag), digest, actor: ACTOR, now };
  };

  test("a tag knows its class, its version, when it came and how often it moved", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const first = await pushed(repository, HELM, "v1.0.0-rc.1", "latest");
    const second = await artifact(repository, HELM);
    await repository.put(second, ["latest"], NOW + 1);
    await repository.put(first, ["latest"], NOW + 2);
    await repository.put(first, ["latest"], NOW + 3);
    expect(await row(repository, "v1.0.0-rc.1")).toMatchObject({ class: "semver", version: "1.0.0-rc.1", prerelease: true, moves: 0, createdAt: NOW });
    expect(await row(repository, "latest")).toMatchObject({ class: "floating", version: undefined, moves: 2, createdAt: NOW, updatedAt: NOW + 2 });
    const list = indexDocument([]);
    const fallback = first.digest.replace(":", "-");
    await repository.put(first, [fallback]);
    expect((await row(repository, fallback))?.class).toBe("opaque");
    await repository.put(list, [fallback]);
    expect((await row(repository, fallback))?.class).toBe("referrers");
    expect((await store().packages.find(repository.name))?.counts).toEqual({ tags: 3, versions: 1, manifests: 3 });
  });

  test("a tag can be put on a manifest that is there", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const chart = await pushed(repository, HELM);
    expect(await store().tags.put(request(repository, "1.0.0", chart))).toEqual({ outcome: "stored", warnings: [] });
    expect(await store().manifests.findByTag(repository.name, tagOf("1.0.0"))).toMatchObject({ digest: chart.digest, untagged: false });
    const revision = await repository.revision();
    expect(await store().tags.put(request(repository, "1.0.0", chart))).toEqual({ outcome: "stored", warnings: [] });
    expect(await repository.revision()).toBe(revision);
    expect(await store().tags.put(request(repository, "1.0.0", { digest: unknownDigest() }))).toEqual({ outcome: "unknown" });
    expect(await store().tags.put(request(new RepositoryFixture(store(), newName()), "1.0.0", chart))).toEqual({ outcome: "unknown" });
    expect((await repository.actions()).slice(-2)).toEqual(["manifest.push", "tag.create"]);
    expect((await store().packages.find(repository.name))?.contentType).toBe(HELM);
  });

  test("a moved tag and a deleted one come back, with what they pointed to", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const [first, second] = [await pushed(repository, HELM, "latest"), await artifact(repository, HELM)];
    await repository.put(second, ["latest"]);
    expect(await store().tags.restore(request(repository, "latest", first, NOW + 1))).toEqual({ outcome: "restored", warnings: [] });
    expect(await store().tags.restore(request(repository, "latest", first, NOW + 2))).toEqual({ outcome: "same" });
    expect(await row(repository, "latest")).toMatchObject({ moves: 2, updatedAt: NOW + 1 });
    await repository.deleteManifest(first);
    expect(await target(repository, "latest")).toBeUndefined();
    expect(await store().tags.restore(request(repository, "latest", first, NOW + 3))).toEqual({ outcome: "restored", warnings: [] });
    expect(await target(repository, "latest")).toBe(first.digest);
    const [event] = await store().tags.listEvents(repository.name, tagOf("latest"), { limit: 1 });
    expect(event).toMatchObject({ operation: "restore", from: undefined, to: first.digest, at: NOW + 3 });
    expect((await repository.actions()).at(-1)).toBe("tag.restore");
    expect(await store().tags.restore(request(repository, "latest", { digest: unknownDigest() }))).toEqual({ outcome: "gone" });
  });

  test("an index comes back with its children, as long as their blobs are there", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const blob = await repository.blob();
    const [child, other] = [await artifact(repository, HELM), await artifact(repository, HELM, { layers: [{ mediaType: HELM, digest: blob, size: 10 }] })];
    await repository.put(child);
    await repository.put(other);
    const inner = indexDocument([other]);
    await repository.put(inner);
    const index = indexDocument([child, inner]);
    await repository.put(index, ["1.0.0"]);
    for (const document of [index, inner, child, other]) await repository.deleteManifest(document);
    expect((await store().packages.find(repository.name))?.counts.manifests).toBe(0);
    expect(await store().tags.restore(request(repository, "1.0.0", index))).toEqual({ outcome: "restored", warnings: [] });
    for (const document of [index, inner, child, other]) expect(await repository.has(document)).toBe(true);
    expect((await store().manifests.summary(repository.name, index.digest))?.type).toBe(HELM);
    const cutoffs = { now: NOW + 40 * DAY, deletedBefore: NOW + 40 * DAY, unreferencedBefore: NOW + 40 * DAY, limit: 1000 };
    while ((await store().collection.collectLinks(cutoffs)).more);
    for (const document of [index, inner, child, other]) expect(await repository.has(document)).toBe(true);

    for (const document of [index, inner, child, other]) await repository.deleteManifest(document);
    await repository.deleteBlob(blob);
    expect(await store().tags.restore(request(repository, "1.0.0", index))).toEqual({ outcome: "gone" });
    expect(await repository.has(index)).toBe(false);
    while ((await store().collection.collectLinks(cutoffs)).more);
    expect(await store().tags.restore(request(repository, "1.0.0", index))).toEqual({ outcome: "gone" });
  });

  test("pruning removes the tags that still point where they did", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const [first, second] = [await pushed(repository, HELM, "1", "2", "3"), await pushed(repository, HELM, "4", "5")];
    const tags = [
      { tag: tagOf("1"), digest: first.digest },
      { tag: tagOf("3"), digest: second.digest },
      { tag: tagOf("4"), digest: second.digest },
      { tag: tagOf("6"), digest: second.digest },
    ];
    const prune = () => store().tags.prune({ repository: repository.name, tags, actor: ACTOR, now: NOW + 1 });
    expect((await prune()).sort()).toEqual([tagOf("1"), tagOf("4")]);
    expect(await prune()).toEqual([]);
    expect(await store().tags.list(repository.name, { limit: 10 })).toEqual(["2", "3", "5"].map(tagOf));
    expect((await repository.actions()).slice(-2)).toEqual(["tag.delete", "tag.delete"]);
    expect((await store().packages.find(repository.name))?.counts).toEqual({ tags: 3, versions: 0, manifests: 2 });
    expect(await store().tags.prune({ repository: newName(), tags, actor: ACTOR, now: NOW })).toEqual([]);
  });

  test("pulls are added up by tag and repository", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    await pushed(repository, HELM, "1.0.0", "latest");
    const pull = (tag: string | undefined, count: number, at: number) => {
      return { repository: repository.name, tag: tag === undefined ? undefined : tagOf(tag), count, at };
    };
    const revision = await repository.revision();
    await store().tags.countPulls([pull("1.0.0", 2, NOW + 5), pull("1.0.0", 1, NOW + 4), pull(undefined, 10, NOW), pull("gone", 1, NOW)]);
    await store().tags.countPulls([pull("latest", 1, NOW + 1), pull("1.0.0", 1, NOW + 2), { ...pull("x", 1, NOW), repository: newName() }]);
    await store().tags.countPulls([]);
    const once = (batch: number) => ({ counter: "this process", batch, at: NOW });
    for (const batch of [1, 1, 2, 2, 1]) await store().tags.countPulls([pull("gone", 1, NOW)], once(batch));
    expect(await row(repository, "1.0.0")).toMatchObject({ pulls: 4, pulledAt: NOW + 5 });
    expect(await row(repository, "latest")).toMatchObject({ pulls: 1, pulledAt: NOW + 1 });
    expect((await store().packages.find(repository.name))?.pulls).toBe(18);
    expect(await repository.revision()).toBe(revision);
  });
}
