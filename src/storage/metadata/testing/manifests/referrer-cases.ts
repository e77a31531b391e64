import { expect, test } from "bun:test";
import { OCI_EMPTY, OCI_IMAGE_MANIFEST } from "../../../../oci/media-types.ts";
import { type GetStore, imageDocument, NOW, RepositoryFixture, subjectOf, unknownDigest } from "../fixture.ts";

export function referrerCases(store: GetStore): void {
  test("referrers are listed by digest with type, size and annotations", async () => {
    const repository = new RepositoryFixture(store());
    const subject = await repository.pushed();
    const annotations = { "org.example": "1" };
    const signature = await repository.image({ subject: subjectOf(subject), artifactType: "application/x.signature", annotations });
    const plain = await repository.image({ subject: subjectOf(subject) });
    for (const document of [signature, plain]) await repository.put(document);
    const listed = await store().manifests.listReferrers(repository.name, subject.digest, { limit: 10 });
    expect(listed.map((referrer) => referrer.digest)).toEqual([signature.digest, plain.digest].sort());
    expect(listed.find((referrer) => referrer.digest === signature.digest)).toEqual({
      digest: signature.digest,
      mediaType: OCI_IMAGE_MANIFEST,
      size: signature.body.length,
      artifactType: "application/x.signature",
      annotations,
    });
    expect(listed.find((referrer) => referrer.digest === plain.digest)?.artifactType).toBe(OCI_EMPTY);
  });

  test("they are filtered by type and paged by digest", async () => {
    const repository = new RepositoryFixture(store());
    const subject = await repository.pushed();
    const digests: string[] = [];
    for (let n = 0; n < 7; n++) {
      const document = await repository.image({ subject: subjectOf(subject), artifactType: n < 5 ? "application/x.a" : "application/x.b" });
      await repository.put(document);
      if (n < 5) digests.push(document.digest);
    }
    digests.sort();
    const page = { artifactType: "application/x.a", limit: 3 };
    const digestsOf = async (after?: string) =>
      (await store().manifests.listReferrers(repository.name, subject.digest, { ...page, after })).map((found) => found.digest);
    expect<string[]>(await digestsOf()).toEqual(digests.slice(0, 3));
    expect<string[]>(await digestsOf(digests[2])).toEqual(digests.slice(3));
    expect(await store().manifests.listReferrers(repository.name, subject.digest, { limit: 3, artifactType: "application/x.none" })).toEqual([]);
  });

  test("a subject may come later, and a referrer is known in its own repository only", async () => {
    const repository = new RepositoryFixture(store());
    const subject = imageDocument(unknownDigest());
    const referrer = await repository.image({ subject: subjectOf(subject) });
    await repository.put(referrer);
    expect(await store().manifests.listReferrers(repository.name, subject.digest, { limit: 10 })).toHaveLength(1);
    expect(await store().manifests.listReferrers(new RepositoryFixture(store()).name, subject.digest, { limit: 10 })).toEqual([]);
  });

  test("a deleted referrer is listed no more; one whose subject is deleted still is", async () => {
    const repository = new RepositoryFixture(store());
    const subject = await repository.pushed("s");
    const referrer = await repository.image({ subject: subjectOf(subject) });
    await repository.put(referrer);
    await repository.deleteManifest(subject, NOW + 1);
    expect(await store().manifests.listReferrers(repository.name, subject.digest, { limit: 10 })).toHaveLength(1);
    await repository.deleteManifest(referrer, NOW + 1);
    expect(await store().manifests.listReferrers(repository.name, subject.digest, { limit: 10 })).toEqual([]);
  });
}
