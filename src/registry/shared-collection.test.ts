import { afterEach, describe, expect, test } from "bun:test";
import { SQL } from "bun";
import { postgresSuite } from "../../test/support/postgres-suite.ts";
import type { Digest } from "../oci/digest.ts";
import type { ContentReference } from "../storage/content-store.ts";
import { openMemoryStore } from "../storage/memory/memory-store.ts";
import type { MetadataStore } from "../storage/metadata/store.ts";
import { unknownDigest } from "../storage/metadata/testing/fixture.ts";
import { openPostgresStore } from "../storage/postgres/postgres-store.ts";
import { collectContent } from "./collector.ts";
import { HOUR } from "./testing/fixture.ts";

/** More than one batch for each. */
const CONTENTS = 1800;

postgresSuite((database) => {
  describe("a collection shared by nodes", () => {
    const stores: MetadataStore[] = [];
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
    });

    const open = async (url: string): Promise<MetadataStore> => {
      const store = await openPostgresStore({ url, durability: "relaxed", connections: 2 });
      stores.push(store);
      return store;
    };

    const reserveAll = async ({ blobs }: MetadataStore, digests: readonly Digest[]): Promise<void> => {
      const past = Date.now() - HOUR;
      for (const digest of digests) expect(await blobs.reserve(digest, past, past)).toBe(true);
    };

    test("each content is given to one of two nodes that collect at once, and together they are given all", async () => {
      const url = await database();
      const nodes = [await open(url), await open(url)];
      const digests = Array.from({ length: CONTENTS }, unknownDigest);
      const [first] = nodes;
      if (first === undefined) throw new Error("no node was opened");
      await reserveAll(first, digests);
      // Both have a batch before either goes on.
      const both = Promise.withResolvers<void>();
      let begun = 0;
      const given: Digest[][] = await Promise.all(
        nodes.map(async (metadata) => {
          const mine: Digest[] = [];
          const withdraw = async ({ digest }: ContentReference): Promise<undefined> => {
            if (mine.push(digest) === 1 && ++begun === nodes.length) both.resolve();
            await both.promise;
          };
          const { blobs } = await collectContent(
            { metadata, content: { ...openMemoryStore(), withdraw } },
            { retention: HOUR, unreferenced: HOUR, now: Date.now },
          );
          expect(blobs).toBe(mine.length);
          return mine;
        }),
      );
      expect(given.flat().sort()).toEqual([...digests].sort());
      expect((await first.collection.usage()).blobs).toBe(0);
      for (const digest of digests.slice(0, 5)) expect(await first.collection.knows({ digest })).toBe(false);
    }, 120_000);

    test("what another collector is looking at is not waited for", async () => {
      const url = await database();
      const node = await open(url);
      const digests = Array.from({ length: 4 }, unknownDigest).sort();
      await reserveAll(node, digests);
      await using other = new SQL({ url, adapter: "postgres", max: 1 });
      const now = Date.now();
      await other.begin(async (x) => {
        await x.unsafe("SELECT id FROM content ORDER BY digest LIMIT 2 FOR NO KEY UPDATE");
        const given = await node.collection.begin({ now, limit: 10 });
        expect(given.map(({ digest }) => digest)).toEqual(digests.slice(2));
      });
      const rest = await node.collection.begin({ now, limit: 10 });
      expect(rest.map(({ digest }) => digest)).toEqual(digests.slice(0, 2));
    }, 60_000);
  });
});
