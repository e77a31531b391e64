import type { Digest } from "../../oci/digest.ts";
import type { BlobSource, ByteRange, ContentStore, Stored } from "../content-store.ts";
import type { ContentStoreFixture } from "./content-store-fixture.ts";

/** A content store with what a database knows of it: content is asked for by its digest alone, whether it has a location or not. */
export interface StoreByDigest extends Pick<ContentStore, Unchanged> {
  finishUpload(...parameters: Parameters<ContentStore["finishUpload"]>): Promise<number>;
  write(...parameters: Parameters<ContentStore["write"]>): Promise<number>;
  stat(digest: Digest): Promise<number | undefined>;
  locate(digest: Digest, size: number): Promise<BlobSource | undefined>;
  read(digest: Digest, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined>;
  withdraw(digest: Digest): Promise<string | undefined>;
  discard(name: string): Promise<boolean>;
  /** `stray` for a copy that the database does not know. */
  list(): AsyncIterable<{ readonly digest: Digest | "stray"; readonly size: number; readonly since: number }>;
}

type Unchanged = Exclude<keyof ContentStore, "finishUpload" | "write" | "stat" | "locate" | "read" | "withdraw" | "discard" | "list">;

/** Which location has which digest, as the databases of several stores over the same content would know. */
export type Locations = Map<Digest, string>;

/** The store as its tests use it. */
export function byDigest(store: ContentStore, locations: Locations = new Map()): StoreByDigest {
  const withdrawn = new Map<string, Digest>();
  let isLocated = false;
  const reference = (digest: Digest, size?: number) => ({ digest, size, location: locations.get(digest) });

  /** As a database does it: of two locations the first one that was linked counts. */
  async function link(digest: Digest, { size, location }: Stored): Promise<number> {
    if (location === undefined) return size;
    isLocated = true;
    if (locations.has(digest)) await store.discard([location]);
    else locations.set(digest, location);
    return size;
  }

  return {
    ...store,
    finishUpload: async (id, digest, announced) => link(digest, await store.finishUpload(id, digest, announced)),
    write: async (digest, source, options) => link(digest, await store.write(digest, source, options)),
    stat: (digest) => store.stat(reference(digest)),
    locate: async (digest, size) => store.locate({ ...reference(digest), size }),
    read: (digest, range) => store.read(reference(digest), range),
    async withdraw(digest) {
      const name = await store.withdraw(reference(digest));
      if (name !== undefined && locations.delete(digest)) withdrawn.set(name, digest);
      return name;
    },
    async putBack(name) {
      await store.putBack(name);
      const digest = withdrawn.get(name);
      if (digest === undefined) return;
      if (locations.has(digest)) await store.discard([name]);
      else locations.set(digest, name);
      withdrawn.delete(name);
    },
    async discard(name) {
      // A location that counts is never discarded.
      if ([...locations.values()].includes(name)) return false;
      const removed = (await store.discard([name])).has(name);
      // A store whose copies have locations cannot tell whether there was one.
      return isLocated ? withdrawn.delete(name) : removed;
    },
    async *list() {
      const digests = new Map([...locations].map(([digest, location]) => [location, digest]));
      for await (const { digest, location, size, since } of store.list()) {
        yield { digest: (location === undefined ? digest : digests.get(location)) ?? "stray", size, since };
      }
    },
  };
}

/** A fixture as the cases of the suite use it. */
export interface FixtureByDigest {
  readonly store: StoreByDigest;
  readonly reopen?: () => Promise<StoreByDigest>;
}

export function fixtureByDigest({ store, reopen }: ContentStoreFixture): FixtureByDigest {
  const locations: Locations = new Map();
  return { store: byDigest(store, locations), ...(reopen && { reopen: async () => byDigest(await reopen(), locations) }) };
}
