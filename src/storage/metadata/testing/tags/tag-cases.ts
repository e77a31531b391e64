import { expect, test } from "bun:test";
import { type GetStore, NOW, newName, RepositoryFixture, tagOf } from "../fixture.ts";

export function tagCases(store: GetStore): void {
  test("tags are listed in ASCII order, page by page", async () => {
    const repository = new RepositoryFixture(store());
    const tags = ["0", "1.10", "1.9", "A", "Z", "_a", "a", "a-b", "a.b", "a_b", "ab", "z"];
    await repository.pushed(...tags.toReversed());
    const expected = tags.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(tagOf);
    expect(await store().tags.list(repository.name, { limit: 100 })).toEqual(expected);
    expect(await store().tags.list(repository.name, { limit: 3, after: expected[2] })).toEqual(expected.slice(3, 6));
    expect(await store().tags.list(repository.name, { limit: 3, after: "B" })).toEqual(expected.filter((tag) => tag > "B").slice(0, 3));
    expect(await store().tags.list(repository.name, { limit: 3, after: "~" })).toEqual([]);
    expect(await store().tags.list(repository.name, { limit: 0 })).toEqual([]);
  });

  test("tags differ by case", async () => {
    const repository = new RepositoryFixture(store());
    const upper = await repository.pushed("V1");
    const lower = await repository.pushed("v1");
    expect((await store().manifests.findByTag(repository.name, tagOf("V1")))?.digest).toBe(upper.digest);
    expect((await store().manifests.findByTag(repository.name, tagOf("v1")))?.digest).toBe(lower.digest);
  });

  test("moving and deleting a tag is in the history, which outlives the tag", async () => {
    const repository = new RepositoryFixture(store());
    const first = await repository.pushed("t");
    const second = await repository.image();
    await repository.put(second, ["t"], NOW + 1);
    expect(await repository.deleteTag("t", NOW + 2)).toBe(true);
    expect(await repository.deleteTag("t", NOW + 2)).toBe(false);
    const events = await store().tags.listEvents(repository.name, tagOf("t"), { limit: 10 });
    const common = { tag: tagOf("t"), actor: "alice", id: expect.any(Number) };
    expect(events).toEqual([
      { ...common, operation: "delete", from: second.digest, to: undefined, at: NOW + 2 },
      { ...common, operation: "move", from: first.digest, to: second.digest, at: NOW + 1 },
      { ...common, operation: "create", from: undefined, to: first.digest, at: NOW },
    ]);
    const older = await store().tags.listEvents(repository.name, undefined, { limit: 1, before: events[0]?.id });
    expect(older).toEqual(events.slice(1, 2));
    expect((await repository.actions()).filter((action) => action.startsWith("tag."))).toEqual(["tag.create", "tag.move", "tag.delete"]);
  });

  test("deleting a tag leaves the manifest, marked as untagged once the last is gone", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.pushed("a", "b");
    await repository.deleteTag("a");
    expect(await store().manifests.findByDigest(repository.name, image.digest)).toMatchObject({ untagged: false });
    await repository.deleteTag("b");
    expect(await store().manifests.findByDigest(repository.name, image.digest)).toMatchObject({ untagged: true });
    await repository.put(image, ["c"]);
    expect(await store().manifests.findByDigest(repository.name, image.digest)).toMatchObject({ untagged: false });
  });

  test("a tag of an unknown repository cannot be deleted", async () => {
    expect(await new RepositoryFixture(store(), newName()).deleteTag("x")).toBe(false);
  });
}
