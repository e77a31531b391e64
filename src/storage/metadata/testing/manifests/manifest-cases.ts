import { expect, test } from "bun:test";
import { OCI_EMPTY, OCI_IMAGE_MANIFEST } from "../../../../oci/media-types.ts";
import { type GetStore, imageDocument, indexDocument, NOW, newName, RepositoryFixture, tagOf, unknownDigest } from "../fixture.ts";

export function manifestCases(store: GetStore): void {
  test("a manifest comes back as it was pushed, by digest and by tag", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.pushed("latest");
    const expected = { digest: image.digest, mediaType: OCI_IMAGE_MANIFEST, size: image.body.length, untagged: false };
    const byTag = await store().manifests.findByTag(repository.name, tagOf("latest"));
    const byDigest = await store().manifests.findByDigest(repository.name, image.digest);
    expect(byTag).toMatchObject(expected);
    expect(byDigest).toMatchObject(expected);
    expect(Buffer.from(byTag?.body ?? []).equals(image.body)).toBe(true);
    expect(Buffer.from((await store().collection.manifestBody(image.digest)) ?? []).equals(image.body)).toBe(true);
    expect(await store().manifests.findByTag(repository.name, tagOf("Latest"))).toBeUndefined();
    expect(await store().manifests.findByDigest(newName(), image.digest)).toBeUndefined();
  });

  test("a part of a larger buffer is stored as that part", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.image();
    const large = new Uint8Array(image.body.length + 100).fill(7);
    large.set(image.body, 50);
    await repository.put({ digest: image.digest, body: large.subarray(50, 50 + image.body.length) });
    expect(Buffer.from((await store().collection.manifestBody(image.digest)) ?? []).equals(image.body)).toBe(true);
  });

  test("a manifest without its blobs stores nothing and names all that is missing", async () => {
    const repository = new RepositoryFixture(store());
    const [present, one, two] = [await repository.blob(), unknownDigest(), unknownDigest()];
    const descriptor = (digest: string) => ({ mediaType: OCI_EMPTY, digest, size: 10 });
    const image = imageDocument(one, { layers: [descriptor(present), descriptor(two), descriptor(one)] });
    expect(await repository.put(image, ["v1"])).toEqual({ outcome: "missing", digests: [one, two] });
    expect(await repository.has(image)).toBe(false);
    expect(await store().collection.manifestBody(image.digest)).toBeUndefined();
    expect(await store().tags.list(repository.name, { limit: 10 })).toEqual([]);
    expect(await store().tags.listEvents(repository.name, undefined, { limit: 10 })).toEqual([]);
    expect(await repository.actions()).toEqual(["blob.push"]);
  });

  test("a refused manifest does not create its repository, and a blob elsewhere does not help", async () => {
    const blob = await new RepositoryFixture(store()).blob();
    const repository = new RepositoryFixture(store());
    expect(await repository.put(imageDocument(blob))).toEqual({ outcome: "missing", digests: [blob] });
    expect(await store().repositories.find(repository.name)).toBeUndefined();
  });

  test("children and subjects may be absent", async () => {
    const repository = new RepositoryFixture(store());
    const absent = imageDocument(unknownDigest());
    const index = indexDocument([absent], { subject: { mediaType: OCI_IMAGE_MANIFEST, digest: unknownDigest(), size: 5 } });
    expect(await repository.put(index, ["multi"])).toEqual({ outcome: "stored", created: true, warnings: [] });
  });

  test("the edges are in the order of the document, with platforms", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.image();
    const subject = { mediaType: OCI_IMAGE_MANIFEST, digest: unknownDigest(), size: 5 };
    const index = indexDocument([image, image], { subject });
    await repository.put(index);
    const platform = { architecture: "arm64", os: "linux", variant: "v8" };
    const child = { kind: "child", digest: image.digest, size: image.body.length, mediaType: OCI_IMAGE_MANIFEST, artifactType: undefined, platform } as const;
    expect(await store().manifests.edges(repository.name, index.digest)).toEqual([
      { ...child, position: 0 },
      { ...child, position: 1 },
      { ...subject, kind: "subject", position: 2, artifactType: undefined, platform: undefined },
    ]);
    await repository.deleteManifest(index);
    expect(await store().manifests.edges(repository.name, index.digest)).toEqual([]);
  });

  test("control characters in annotations and platforms are kept", async () => {
    const repository = new RepositoryFixture(store());
    const text = "\u0000 \ud800 \u001f ' \" \\ 😀";
    const child = { mediaType: OCI_IMAGE_MANIFEST, digest: unknownDigest(), size: 5, platform: { architecture: text, os: "linux" } };
    const subject = await repository.pushed();
    const index = indexDocument([], { manifests: [child], annotations: { text }, subject: { ...child, platform: undefined, digest: subject.digest } });
    expect((await repository.put(index)).outcome).toBe("stored");
    expect((await store().manifests.edges(repository.name, index.digest))[0]?.platform).toEqual(child.platform);
    expect((await store().manifests.listReferrers(repository.name, subject.digest, { limit: 5 }))[0]?.annotations).toEqual({ text });
  });

  test("pushing again changes nothing but may add tags", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.pushed("a");
    expect(await repository.put(image, ["a", "b", "b"])).toEqual({ outcome: "stored", created: false, warnings: [] });
    expect(await store().tags.list(repository.name, { limit: 10 })).toEqual([tagOf("a"), tagOf("b")]);
    expect(await store().tags.listEvents(repository.name, undefined, { limit: 10 })).toHaveLength(2);
  });

  test("a tag that is wanted only where it is absent stays where it points to", async () => {
    const repository = new RepositoryFixture(store());
    const there = await repository.pushed("a");
    const other = await repository.image();
    const put = { ...repository.request(other, ["a", "b"]), condition: { noneMatch: "any" as const } };
    expect(await store().manifests.put(put)).toEqual({ outcome: "unmet", tag: tagOf("a"), digest: there.digest });
    expect([await repository.has(other), await store().tags.list(repository.name, { limit: 10 })]).toEqual([false, [tagOf("a")]]);
    const outcomes = await Promise.all(
      (await Promise.all([repository.image(), repository.image(), repository.image()])).map((image) =>
        store().manifests.put({ ...repository.request(image, ["once"]), condition: { noneMatch: "any" as const } }),
      ),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["stored", "unmet", "unmet"]);
    expect(await store().manifests.put({ ...repository.request(there, ["a"]), condition: { noneMatch: "any" as const } })).toMatchObject({ outcome: "stored" });
  });

  test("a tag that is wanted only where it names what was read is left alone where it does not", async () => {
    const repository = new RepositoryFixture(store());
    const first = await repository.pushed("a");
    const [second, third] = [await repository.image(), await repository.image()];
    const over = (image: typeof first, match: "any" | readonly string[], tags = ["a"]) => ({ ...repository.request(image, tags), condition: { match } });
    expect(await store().manifests.put(over(second, [third.digest]))).toEqual({ outcome: "unmet", tag: tagOf("a"), digest: first.digest });
    expect(await store().manifests.put(over(second, "any", ["a", "b"]))).toEqual({ outcome: "unmet", tag: tagOf("b"), digest: undefined });
    expect([await repository.has(second), await store().tags.list(repository.name, { limit: 10 })]).toEqual([false, [tagOf("a")]]);
    const outcomes = await Promise.all([second, third].map((image) => store().manifests.put(over(image, [first.digest]))));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["stored", "unmet"]);
    const now = (await store().manifests.findByTag(repository.name, tagOf("a")))?.digest;
    const winner = now === second.digest ? second : third;
    expect(await store().manifests.put(over(winner, [first.digest]))).toMatchObject({ outcome: "stored" });
    expect(await store().manifests.put(over(first, "any"))).toMatchObject({ outcome: "stored" });
  });

  test("a new media type for the same bytes is taken over", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.pushed();
    const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
    await store().manifests.put({ ...repository.request(image), mediaType });
    expect((await store().manifests.findByDigest(repository.name, image.digest))?.mediaType).toBe(mediaType);
  });

  test("a deleted manifest is gone at once with its tags, and comes back with a push", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.pushed("a", "b");
    await repository.pushed("c");
    expect(await repository.deleteManifest(image, NOW + 1)).toBe(true);
    expect(await repository.deleteManifest(image, NOW + 1)).toBe(false);
    expect(await repository.has(image)).toBe(false);
    expect(await store().manifests.findByTag(repository.name, tagOf("a"))).toBeUndefined();
    expect(await store().tags.list(repository.name, { limit: 10 })).toEqual([tagOf("c")]);
    const events = await store().tags.listEvents(repository.name, tagOf("a"), { limit: 10 });
    expect(events.map(({ operation, from, to }) => ({ operation, from, to }))).toEqual([
      { operation: "delete", from: image.digest, to: undefined },
      { operation: "create", from: undefined, to: image.digest },
    ]);
    expect((await repository.actions()).slice(-3)).toEqual(["tag.delete", "tag.delete", "manifest.delete"]);
    expect(await repository.put(image, ["a"], NOW + 2)).toEqual({ outcome: "stored", created: true, warnings: [] });
    expect(await repository.has(image)).toBe(true);
    expect(await store().manifests.edges(repository.name, image.digest)).toHaveLength(2);
  });

  test("the same manifest in two repositories is deleted in one", async () => {
    const [one, other] = [new RepositoryFixture(store()), new RepositoryFixture(store())];
    const blob = await one.blob();
    await other.blob(blob);
    const image = imageDocument(blob);
    await one.put(image, ["x"]);
    await other.put(image, ["x"]);
    await one.deleteManifest(image);
    expect(await one.has(image)).toBe(false);
    expect(await other.has(image)).toBe(true);
  });
}
