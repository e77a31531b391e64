import { expect, test } from "bun:test";
import { ACTOR, ANY_UPLOADS, type GetStore, NOW, newName, newSession, RepositoryFixture, unknownDigest } from "../fixture.ts";

export function blobCases(store: GetStore): void {
  test("a linked blob is there, in its repository only", async () => {
    const repository = new RepositoryFixture(store());
    const digest = await repository.blob();
    expect(await store().blobs.find(repository.name, digest)).toEqual({ size: 10, renewedAt: NOW });
    expect(await store().blobs.find(newName(), digest)).toBeUndefined();
    expect(await repository.actions()).toEqual(["blob.push"]);
  });

  test("linking twice is no error, and renews", async () => {
    const repository = new RepositoryFixture(store());
    const digest = await repository.blob();
    await repository.blob(digest, NOW + 7);
    expect(await store().blobs.find(repository.name, digest)).toEqual({ size: 10, renewedAt: NOW + 7 });
  });

  test("sizes beyond 32 bits and sha512 digests are kept", async () => {
    const repository = new RepositoryFixture(store());
    const digest = `sha512:${"ab".repeat(64)}` as ReturnType<typeof unknownDigest>;
    await store().blobs.reserve(digest, NOW, NOW);
    await store().blobs.link({ repository: repository.name, digest, size: 2 ** 40 + 1, actor: ACTOR, now: NOW });
    expect((await store().blobs.find(repository.name, digest))?.size).toBe(2 ** 40 + 1);
  });

  test("linking needs a reservation, and closes the upload session in the same step", async () => {
    const repository = new RepositoryFixture(store());
    const session = newSession({ repository: repository.name });
    const { id } = session;
    await store().uploads.open(session, ANY_UPLOADS);
    const link = { repository: repository.name, digest: unknownDigest(), size: 1, uploadId: id, actor: ACTOR, now: NOW };
    const [refused] = await Promise.allSettled([store().blobs.link(link)]);
    expect(refused).toMatchObject({ status: "rejected", reason: { reason: "collecting" } });
    expect(await store().uploads.find(id)).toBeDefined();
    expect(await store().repositories.find(repository.name)).toBeUndefined();
    await store().blobs.reserve(link.digest, NOW, NOW);
    await store().blobs.link(link);
    expect(await store().uploads.find(id)).toBeUndefined();
  });

  test("linking unreserved does without one, closes the session, and is as good as linking", async () => {
    const repository = new RepositoryFixture(store());
    const session = newSession({ repository: repository.name });
    await store().uploads.open(session, ANY_UPLOADS);
    const link = { repository: repository.name, digest: unknownDigest(), size: 7, uploadId: session.id, actor: ACTOR, now: NOW };
    await store().blobs.linkUnreserved(link);
    expect(await store().uploads.find(session.id)).toBeUndefined();
    expect(await store().blobs.find(repository.name, link.digest)).toEqual({ size: 7, renewedAt: NOW });
    expect(await repository.actions()).toEqual(["blob.push"]);
    await store().blobs.linkUnreserved({ ...link, now: NOW + 1 });
    expect(await store().blobs.find(repository.name, link.digest)).toEqual({ size: 7, renewedAt: NOW + 1 });
  });

  test("a blob is mounted from a repository that has it, and only then", async () => {
    const from = new RepositoryFixture(store());
    const to = newName();
    const digest = await from.blob();
    const mount = { to, digest, actor: ACTOR, now: NOW };
    expect(await store().blobs.mount({ ...mount, from: newName() })).toBe(false);
    expect(await store().blobs.mount({ ...mount, from: from.name, digest: unknownDigest() })).toBe(false);
    expect(await store().repositories.find(to)).toBeUndefined();
    expect(await store().blobs.mount({ ...mount, from: from.name })).toBe(true);
    expect(await store().blobs.find(to, digest)).toEqual({ size: 10, renewedAt: NOW });
    expect(await store().blobs.listRepositories(digest, { limit: 10 })).toEqual([from.name, to].sort());
    expect(await store().blobs.listRepositories(digest, { limit: 10, after: [from.name, to].sort()[0] })).toEqual([from.name, to].sort().slice(1));
    await from.deleteBlob(digest);
    expect(await store().blobs.mount({ ...mount, from: from.name, to: newName() })).toBe(false);
  });

  test("a deleted blob is gone at once, whatever else has it", async () => {
    const one = new RepositoryFixture(store());
    const other = new RepositoryFixture(store());
    const digest = await one.blob();
    await other.blob(digest);
    expect(await one.deleteBlob(digest)).toBe(true);
    expect(await one.deleteBlob(digest)).toBe(false);
    expect(await store().blobs.find(one.name, digest)).toBeUndefined();
    expect(await store().blobs.find(other.name, digest)).toBeDefined();
    expect(await one.actions()).toEqual(["blob.push", "blob.delete"]);
  });

  test("renewing moves the time forward only", async () => {
    const repository = new RepositoryFixture(store());
    const digest = await repository.blob();
    await store().blobs.renew(repository.name, digest, NOW + 9);
    await store().blobs.renew(repository.name, digest, NOW + 3);
    expect((await store().blobs.find(repository.name, digest))?.renewedAt).toBe(NOW + 9);
    await store().blobs.renew(repository.name, unknownDigest(), NOW);
  });
}
