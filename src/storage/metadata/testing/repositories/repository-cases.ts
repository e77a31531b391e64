import { expect, test } from "bun:test";
import { parseRepositoryName } from "../../../../oci/name.ts";
import { ACTOR, type GetStore, NOW, newName, RepositoryFixture, unknownDigest } from "../fixture.ts";

export function repositoryCases(store: GetStore): void {
  test("a repository is known once it has content, with its namespace and project", async () => {
    const name = newName("acme/tools/deep");
    expect(await store().repositories.find(name)).toBeUndefined();
    await new RepositoryFixture(store(), name).pushed("v1");
    expect(await store().repositories.find(name)).toEqual({ name, namespace: "acme", project: "tools", revision: 1, createdAt: NOW, updatedAt: NOW });
  });

  test.each([
    ["alone", "library", "_"],
    ["pair/short", "pair", "_"],
    ["tri/mid/end", "tri", "mid"],
  ])("the place of %s is %s, %s", async (text, namespace, project) => {
    const name = parseRepositoryName(text);
    await new RepositoryFixture(store(), name).blob();
    expect(await store().repositories.find(name)).toMatchObject({ namespace, project, revision: 0 });
  });

  test("the revision grows with manifests and tags, not with repeated pushes", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.pushed();
    expect(await repository.revision()).toBe(1);
    await repository.put(image);
    expect(await repository.revision()).toBe(1);
    await repository.put(image, ["a", "b"], NOW + 5);
    expect(await repository.revision()).toBe(2);
    await repository.deleteTag("a");
    await repository.deleteManifest(image);
    expect(await repository.revision()).toBe(4);
  });

  test("names are listed in ASCII order, page by page, within prefixes", async () => {
    const root = newName("order");
    const names = ["a-b/x", "a/x", "a0", "b/x", "c"].map((suffix) => parseRepositoryName(`${root}/${suffix}`));
    for (const name of names.toReversed()) await new RepositoryFixture(store(), name).pushed();
    await new RepositoryFixture(store(), parseRepositoryName(`${root}/blobs-only`)).blob();
    const prefixes = [`${root}/`];
    expect(await store().repositories.list({ limit: 10, prefixes })).toEqual(names);
    expect(await store().repositories.list({ limit: 2, prefixes })).toEqual(names.slice(0, 2));
    expect(await store().repositories.list({ limit: 2, after: names[1], prefixes })).toEqual(names.slice(2, 4));
    expect(await store().repositories.list({ limit: 10, after: names[4], prefixes })).toEqual([]);
    const some = [`${root}/c`, `${root}/a/`, `${root}/a`, `${root}/nothing`];
    expect(await store().repositories.list({ limit: 10, prefixes: some })).toEqual([...names.slice(0, 3), ...names.slice(4)]);
    expect(await store().repositories.list({ limit: 10, prefixes: [] })).toEqual([]);
    expect(await store().repositories.list({ limit: 1000 })).toEqual(expect.arrayContaining(names));
  });

  test("an unknown repository has nothing", async () => {
    const name = newName();
    const digest = unknownDigest();
    expect(await store().blobs.find(name, digest)).toBeUndefined();
    expect(await store().manifests.findByDigest(name, digest)).toBeUndefined();
    expect(await store().tags.list(name, { limit: 10 })).toBeUndefined();
    expect(await store().manifests.listReferrers(name, digest, { limit: 10 })).toEqual([]);
    expect(await store().manifests.edges(name, digest)).toEqual([]);
    expect(await store().tags.listEvents(name, undefined, { limit: 10 })).toEqual([]);
    const request = { repository: name, digest, actor: ACTOR, now: NOW };
    expect(await store().manifests.delete(request)).toBe(false);
    expect(await store().blobs.delete(request)).toBe(false);
    expect(await store().repositories.find(name)).toBeUndefined();
  });
}
