import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { Digest } from "../../../../oci/digest.ts";
import { ACTOR, DAY, type GetStore, NOW, RepositoryFixture, unknownDigest } from "../fixture.ts";

/** Each case has a store of its own, since a collection goes over everything. */
export function locationCases(store: GetStore): void {
  const LATER = NOW + 2 * DAY;
  const LEASE = 120_000;
  const begin = (now: number) => store().collection.begin({ now, until: now + LEASE, limit: 10 });
  const place = () => `blobs/${randomUUID()}.1`;

  /** Links by both ways in turn. */
  let reserved = false;
  async function link({ name: repository }: RepositoryFixture, digest: Digest, location: string, now = NOW) {
    const request = { repository, digest, size: 10, location, actor: ACTOR, now };
    reserved = !reserved;
    if (!reserved) return store().blobs.linkUnreserved(request);
    await store().blobs.reserve(digest, now, now);
    return store().blobs.link(request);
  }

  test("a blob is where it was linked, in every repository that has it", async () => {
    const [one, other] = [new RepositoryFixture(store()), new RepositoryFixture(store())];
    for (const [digest, location] of [
      [unknownDigest(), place()],
      [unknownDigest(), place()],
    ] as const) {
      expect(await link(one, digest, location)).toEqual({ location });
      expect(await store().blobs.find(one.name, digest)).toEqual({ size: 10, renewedAt: NOW, location });
      expect(await store().blobs.mount({ from: one.name, to: other.name, digest, actor: ACTOR, now: NOW })).toBe(true);
      expect((await store().blobs.find(other.name, digest))?.location).toBe(location);
      expect(await store().collection.listContent({ limit: 10 })).toContainEqual({ digest, size: 10, location, kind: "blob" });
      expect(await store().collection.knows({ location })).toBe(true);
      expect(await store().collection.knows({ digest, location: place() })).toBe(false);
    }
  });

  test("of two locations of the same content the first one counts, and the other is spare", async () => {
    const [one, other] = [new RepositoryFixture(store()), new RepositoryFixture(store())];
    const digest = unknownDigest();
    const [first, ...later] = [place(), place(), place()];
    await link(one, digest, first ?? "");
    for (const spare of later) expect(await link(other, digest, spare)).toEqual({ location: first, spare });
    expect(await link(other, digest, first ?? "")).toEqual({ location: first });
    await other.deleteBlob(digest);
    await one.deleteBlob(digest);
    // Its last link went, but no collector was given it.
    const spare = place();
    expect(await link(one, digest, spare)).toEqual({ location: first, spare });
    expect((await store().blobs.find(one.name, digest))?.location).toBe(first);
  });

  test("of many that link the same content at once one location counts, and every other is spare", async () => {
    const digest = unknownDigest();
    const locations = Array.from({ length: 8 }, place);
    await store().blobs.reserve(digest, NOW, NOW);
    const results = await Promise.all(
      locations.map((location) => store().blobs.link({ repository: new RepositoryFixture(store()).name, digest, size: 10, location, actor: ACTOR, now: NOW })),
    );
    const counts = new Set(results.map(({ location }) => location));
    expect(counts.size).toBe(1);
    expect([...counts, ...results.flatMap(({ spare }) => spare ?? [])].sort()).toEqual(locations.sort());
  });

  test("a collector is given the location, and forgets no other", async () => {
    const repository = new RepositoryFixture(store());
    const digest = unknownDigest();
    const [old, next] = [place(), place()];
    await link(repository, digest, old);
    await repository.deleteBlob(digest);
    expect(await begin(LATER)).toEqual([{ digest, size: 10, location: old }]);
    await store().collection.finish([{ digest }, { digest, location: next }], LATER + LEASE);
    expect(await store().collection.knows({ location: old })).toBe(true);
    await store().collection.finish([{ digest, location: old }], LATER + LEASE);
    expect(await store().collection.knows({ location: old })).toBe(false);
    expect(await link(repository, digest, next, LATER)).toEqual({ location: next });
    expect((await store().blobs.find(repository.name, digest))?.location).toBe(next);
  });

  test("what a collector did not finish does not count any more when it is linked anew, and the collector forgets nothing of that", async () => {
    const repository = new RepositoryFixture(store());
    for (let round = 0; round < 2; round++) {
      const digest = unknownDigest();
      const [old, next] = [place(), place()];
      await link(repository, digest, old);
      await repository.deleteBlob(digest);
      const now = LATER + round * DAY;
      expect(await begin(now)).toEqual([{ digest, size: 10, location: old }]);
      expect(await link(repository, digest, next, now + LEASE + 1)).toEqual({ location: next, spare: old });
      await store().collection.finish([{ digest, location: old }], now + LEASE);
      expect((await store().blobs.find(repository.name, digest))?.location).toBe(next);
    }
  });

  test("content that is gone from where it counts comes to another location, once", async () => {
    const repository = new RepositoryFixture(store());
    const digest = unknownDigest();
    const [from, to] = [place(), place()];
    await link(repository, digest, from);
    expect(await store().blobs.relocate({ digest, from, to })).toBe(true);
    expect(await store().blobs.relocate({ digest, from, to: place() })).toBe(false);
    expect((await store().blobs.find(repository.name, digest))?.location).toBe(to);
  });
}
