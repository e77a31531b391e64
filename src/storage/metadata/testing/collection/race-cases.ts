import { expect, test } from "bun:test";
import type { Digest } from "../../../../oci/digest.ts";
import { MetadataStoreError } from "../../error.ts";
import { ACTOR, type GetStore, imageDocument, NOW, RepositoryFixture, unknownDigest } from "../fixture.ts";

const PUSHERS = 6;
const PUSHES = 20;

/** Units of the test's own clock, which each push moves by one. */
const RESERVATION = 40;

/** The case has a store of its own, since a collection goes over everything. */
export function collectorRaceCases(store: GetStore): void {
  test("while collectors run, content of what was acknowledged stays", async () => {
    const digests = Array.from({ length: 60 }, unknownDigest);
    /** What lies in the content store. */
    const stored = new Set<Digest>();
    let now = NOW;
    let pushing = true;
    let collected = 0;
    const collect = async (): Promise<void> => {
      const until = now + 2 * 60_000;
      await store().collection.collectLinks({ now, deletedBefore: now, unreferencedBefore: now - RESERVATION, limit: 10 });
      const taken = await store().collection.begin({ now, until, limit: 5 });
      for (const { digest } of taken) stored.delete(digest);
      await store().collection.finish(taken, until);
      collected += taken.length;
    };
    const storeReserved = async ({ name }: RepositoryFixture, digest: Digest): Promise<void> => {
      while (!(await store().blobs.reserve(digest, now + RESERVATION, now))) await Bun.sleep(1);
      stored.add(digest);
      await store().blobs.link({ repository: name, digest, size: 10, actor: ACTOR, now });
    };
    const storeUnreserved = async ({ name }: RepositoryFixture, digest: Digest): Promise<void> => {
      stored.add(digest);
      const isCollecting = (error: unknown) => error instanceof MetadataStoreError && error.reason === "collecting";
      const link = () => store().blobs.linkUnreserved({ repository: name, digest, size: 10, actor: ACTOR, now });
      while (await link().then(() => false, isCollecting)) await Bun.sleep(1);
      stored.add(digest);
    };
    const push = async (pusher: number): Promise<void> => {
      const repository = new RepositoryFixture(store());
      for (let n = 0; n < PUSHES; n++) {
        now++;
        const digest = digests[(pusher * 7 + n * 3) % digests.length] ?? unknownDigest();
        if (n % 2 === 0) await storeReserved(repository, digest);
        else await storeUnreserved(repository, digest);
        const image = imageDocument(digest, { annotations: { n: `${pusher}-${n}` } });
        expect(await repository.put(image, [`t${n}`], now)).toEqual({ outcome: "stored", created: true, warnings: [] });
        expect(await store().blobs.find(repository.name, digest)).toBeDefined();
        expect(stored.has(digest)).toBe(true);
        // Most of them go at once, so that the collectors have something to do.
        if (n % 4 === 0) continue;
        await repository.deleteManifest(image, now - 2 * RESERVATION);
        if (n % 4 === 1) await repository.deleteBlob(digest);
      }
    };
    const collectors = Array.from({ length: 2 }, async () => {
      while (pushing) await collect();
    });
    try {
      await Promise.all(Array.from({ length: PUSHERS }, (_, pusher) => push(pusher)));
    } finally {
      pushing = false;
      await Promise.all(collectors);
    }
    const whilePushing = collected;
    now += 10 * RESERVATION;
    for (let round = 0; round < 20; round++) await collect();
    const usage = await store().collection.usage();
    expect(usage).toMatchObject({ tags: (PUSHERS * PUSHES) / 4, manifests: (PUSHERS * PUSHES) / 4, blobs: stored.size });
    expect(whilePushing).toBeGreaterThan(0);
    expect(collected).toBeGreaterThan(whilePushing);
  }, 120_000);
}
