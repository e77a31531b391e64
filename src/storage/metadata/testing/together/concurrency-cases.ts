import { expect, test } from "bun:test";
import { ACTOR, type Document, type GetStore, imageDocument, NOW, RepositoryFixture, tagOf, unknownDigest } from "../fixture.ts";

export function concurrencyCases(store: GetStore): void {
  test("50 parallel moves of one tag leave a history without a gap", async () => {
    const repository = new RepositoryFixture(store());
    const images: Document[] = [];
    for (let n = 0; n < 50; n++) images.push(await repository.image());
    const results = await Promise.all(images.map((image, n) => repository.put(image, ["t"], NOW + n)));
    expect(results.every((result) => result.outcome === "stored" && result.created)).toBe(true);
    const events = (await store().tags.listEvents(repository.name, tagOf("t"), { limit: 100 })).reverse();
    expect(events).toHaveLength(50);
    expect(events.map((event) => event.from)).toEqual([undefined, ...events.slice(0, -1).map((event) => event.to)]);
    expect(new Set(events.map((event) => event.to)).size).toBe(50);
    expect((await store().manifests.findByTag(repository.name, tagOf("t")))?.digest).toBe(events.at(-1)?.to as Document["digest"]);
    expect(await repository.revision()).toBe(50);
  });

  test("the first pushes to one new repository, sharing blobs and manifests, all succeed", async () => {
    const repository = new RepositoryFixture(store());
    const digests = Array.from({ length: 4 }, unknownDigest);
    await Promise.all(Array.from({ length: 20 }, (_, n) => repository.blob(digests[n % 4])));
    const images = digests.map((digest) => imageDocument(digest, { artifactType: `application/x.${crypto.randomUUID()}` }));
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => repository.put(images[n % 4] ?? imageDocument(unknownDigest()), [`t${n}`])));
    expect(results.filter((result) => result.outcome === "stored" && result.created)).toHaveLength(4);
    expect(await store().tags.list(repository.name, { limit: 100 })).toHaveLength(20);
  });

  test("pushes to many repositories with the same content at once", async () => {
    const shared = unknownDigest();
    const repositories = Array.from({ length: 20 }, () => new RepositoryFixture(store()));
    const results = await Promise.all(
      repositories.map(async (repository) => {
        await repository.blob(shared);
        return repository.put(imageDocument(shared), ["v1"]);
      }),
    );
    expect(results.every((result) => result.outcome === "stored" && result.created)).toBe(true);
    expect(await store().blobs.listRepositories(shared, { limit: 100 })).toHaveLength(20);
  });

  test("a push and the deletion of its blob: either the manifest or the deletion was first", async () => {
    for (let round = 0; round < 10; round++) {
      const repository = new RepositoryFixture(store());
      const image = imageDocument(await repository.blob());
      const blob = (await store().repositories.find(repository.name)) && repository.request(image).edges[0]?.digest;
      if (blob === undefined) throw new Error("the image has no config");
      const [put, deleted] = await Promise.all([repository.put(image), repository.deleteBlob(blob)]);
      expect(deleted).toBe(true);
      expect(await repository.has(image)).toBe(put.outcome === "stored");
    }
  });

  test("two callers that create the same user: one wins", async () => {
    const user = { name: crypto.randomUUID(), groups: [], passwordHash: "x", createdAt: NOW };
    const created = await Promise.all(Array.from({ length: 10 }, () => store().accounts.createUser(user, ACTOR)));
    expect(created.filter(Boolean)).toHaveLength(1);
  });
}
