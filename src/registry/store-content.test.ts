import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { MetadataStoreError } from "../storage/metadata/error.ts";
import { type Content, readAll, sourceOf } from "../storage/testing/content.ts";
import { statBlob } from "./blobs.ts";
import { collect } from "./collector.ts";
import { statManifest } from "./manifests.ts";
import type { Registry } from "./registry.ts";
import { ACTOR, codeOf, type Fixture, HOUR, imageBody, MINUTE, newContent, openFixture, pushManifest, repositoryName } from "./testing/fixture.ts";
import { uploadInOne } from "./uploads.ts";

const repository = repositoryName("race/push");
const other = repositoryName("race/other");

/** Bytes that are not kept in memory. */
const LARGE = 100_000;

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

describe("a push of announced content while the collector runs", () => {
  test("content that was announced is left alone before it is stored and before it is linked", async () => {
    const blob = newContent(LARGE);
    const { content } = fixture;
    const registry = fixture.with({
      content: {
        async write(digest, source, options) {
          expect((await fixture.collect()).blobs).toBe(0);
          const size = await content.write(digest, source, options);
          expect((await fixture.collect()).blobs).toBe(0);
          return size;
        },
      },
    });
    await uploadInOne(registry, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
    expect(await readAll(await content.read(blob))).toEqual(blob.bytes);
  });

  test("waits while the collector removes the same content, and stores it again", async () => {
    const blob = await fixture.pushBlob(other, LARGE);
    await fixture.metadata.blobs.delete({ repository: other, digest: blob.digest, actor: ACTOR, now: fixture.registry.now() });
    fixture.advance(HOUR);
    const chosen = await fixture.metadata.collection.begin({ now: fixture.registry.now(), until: fixture.registry.now() + MINUTE, limit: 10 });
    expect(chosen.map(({ digest }) => digest)).toEqual([blob.digest]);
    let refusals = 0;
    const { reserve } = fixture.metadata.blobs;
    const registry = fixture.with({
      metadata: {
        blobs: {
          async reserve(digest, until, now) {
            const reserved = await reserve(digest, until, now);
            if (!reserved && ++refusals === 2) {
              await fixture.content.withdraw({ digest });
              await fixture.metadata.collection.finish([{ digest }], fixture.registry.now() + MINUTE);
            }
            return reserved;
          },
        },
      },
    });
    await uploadInOne(registry, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
    expect(refusals).toBe(2);
    expect(await statBlob(registry, repository, blob.digest)).toBe(blob.bytes.length);
    expect(await fixture.content.stat(blob)).toBe(blob.bytes.length);
  });

  test("is refused, to be tried again, when the collector does not come to an end", async () => {
    const registry = fixture.with({
      metadata: {
        blobs: {
          reserve: async () => {
            fixture.advance(MINUTE);
            return false;
          },
        },
      },
    });
    const blob = newContent(LARGE);
    expect(await codeOf(uploadInOne(registry, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) }))).toBe("UNAVAILABLE");
    expect(await codeOf(statBlob(registry, repository, blob.digest))).toBe("NAME_UNKNOWN");
  });

  test("that takes longer than its announcement holds is never acknowledged without its content", async () => {
    const blob = newContent(LARGE);
    const { content } = fixture;
    const registry = fixture.with({
      content: {
        async write(digest, source, options) {
          const size = await content.write(digest, source, options);
          fixture.advance(HOUR);
          expect((await fixture.collect()).blobs).toBe(1);
          return size;
        },
      },
    });
    expect(await codeOf(uploadInOne(registry, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) }))).toBe("UNAVAILABLE");
    expect(await fixture.metadata.blobs.find(repository, blob.digest)).toBeUndefined();
    await uploadInOne(fixture.registry, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
    expect(await content.stat(blob)).toBe(blob.bytes.length);
  });

  test("and takes as long, but whose content nobody took, is acknowledged", async () => {
    const blob = newContent(LARGE);
    const slowly = fixture.with({
      content: {
        async write(digest, source, options) {
          fixture.advance(HOUR);
          await fixture.collect();
          return fixture.content.write(digest, source, options);
        },
      },
    });
    await uploadInOne(slowly, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });
    expect(await statBlob(slowly, repository, blob.digest)).toBe(blob.bytes.length);
  });
});

describe("a push of content in memory while the collector runs", () => {
  /** A blob that nobody links, so that the next collector takes it. */
  async function unlinked() {
    const blob = await fixture.pushBlob(other);
    await fixture.metadata.blobs.delete({ repository: other, digest: blob.digest, actor: ACTOR, now: fixture.registry.now() });
    fixture.advance(HOUR);
    return blob;
  }

  const push = (registry: Registry, blob: Content) =>
    uploadInOne(registry, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes), length: blob.bytes.length });

  async function expectThere(blob: Content): Promise<void> {
    expect((await fixture.collect()).blobs).toBe(0);
    expect(await statBlob(fixture.registry, repository, blob.digest)).toBe(blob.bytes.length);
    expect(await readAll(await fixture.content.read(blob))).toEqual(blob.bytes);
  }

  test("takes one change of the database", async () => {
    const refuse = async () => {
      throw new Error("one change is enough");
    };
    const blob = newContent();
    await push(fixture.with({ metadata: { blobs: { reserve: refuse, link: refuse } } }), blob);
    await expectThere(blob);
  });

  test("stores it again when it was taken between storing and linking", async () => {
    const blob = await unlinked();
    let writes = 0;
    const registry = fixture.with({
      content: {
        async write(digest, source, options) {
          const size = await fixture.content.write(digest, source, options);
          if (++writes === 1) expect((await fixture.collect()).blobs).toBe(1);
          return size;
        },
      },
    });
    await push(registry, blob);
    expect(writes).toBe(2);
    await expectThere(blob);
  });

  test("waits while it is being removed, and stores it before it is visible again", async () => {
    const blob = await unlinked();
    const until = fixture.registry.now() + MINUTE;
    expect(await fixture.metadata.collection.begin({ now: fixture.registry.now(), until, limit: 10 })).toHaveLength(1);
    let refusals = 0;
    const registry = fixture.with({
      metadata: {
        blobs: {
          async linkUnreserved(link) {
            const [linked] = await Promise.allSettled([fixture.metadata.blobs.linkUnreserved(link)]);
            if (linked.status === "fulfilled") expect(await fixture.content.stat(link)).toBe(link.size);
            else if (++refusals === 2) {
              const aside = await fixture.content.withdraw(link);
              expect(await fixture.metadata.collection.stillCollecting([link.digest], until)).toEqual([link.digest]);
              await fixture.content.discard([aside ?? ""]);
              await fixture.metadata.collection.finish([link], until);
            }
            if (linked.status === "rejected") throw linked.reason;
            return linked.value;
          },
        },
      },
    });
    await push(registry, blob);
    expect(refusals).toBe(2);
    await expectThere(blob);
  });

  test("takes it over from a collector whose time is over, which puts back what it took", async () => {
    const blob = await unlinked();
    const { content, metadata } = fixture;
    const stillCollecting: typeof metadata.collection.stillCollecting = async (digests, until) => {
      fixture.advance(HOUR);
      await push(fixture.registry, blob);
      return metadata.collection.stillCollecting(digests, until);
    };
    const slow = { content, metadata: { ...metadata, collection: { ...metadata.collection, stillCollecting } } };
    const options = { retention: HOUR, unreferenced: HOUR, now: fixture.registry.now };
    expect((await collect(slow, options)).blobs).toBe(0);
    await expectThere(blob);
  });

  test("is refused, to be tried again, when the collector does not come to an end", async () => {
    const registry = fixture.with({
      metadata: {
        blobs: {
          linkUnreserved: async () => {
            fixture.advance(MINUTE);
            throw new MetadataStoreError("collecting", "on purpose");
          },
        },
      },
    });
    expect(await codeOf(push(registry, newContent()))).toBe("UNAVAILABLE");
  });

  test("that cannot be linked leaves nothing that the collector does not find", async () => {
    const blob = newContent();
    const registry = fixture.with({
      metadata: {
        blobs: {
          linkUnreserved: async () => {
            throw new Error("no database");
          },
        },
      },
    });
    const [refused] = await Promise.allSettled([push(registry, blob)]);
    expect(refused).toMatchObject({ status: "rejected", reason: { message: "no database" } });
    fixture.advance(MINUTE);
    expect((await fixture.collect()).blobs).toBe(1);
    expect(await fixture.content.stat(blob)).toBeUndefined();
  });
});

describe("what a client was told to be there", () => {
  test("is kept for the manifest it is going to push, however old it is", async () => {
    const [config, layer] = [await fixture.pushBlob(repository), await fixture.pushBlob(repository)];
    fixture.advance(48 * HOUR);
    for (const blob of [config, layer]) await statBlob(fixture.registry, repository, blob.digest);
    expect((await fixture.collect()).links).toBe(0);
    await pushManifest(fixture.registry, repository, "kept", imageBody(config, [layer]));
  });

  test("is kept for half of the time when it was pushed or asked for within the other half", async () => {
    const blob = await fixture.pushBlob(repository);
    fixture.advance(12 * HOUR);
    await statBlob(fixture.registry, repository, blob.digest);
    fixture.advance(12 * HOUR - 1);
    expect((await fixture.collect()).links).toBe(0);
    fixture.advance(MINUTE);
    expect((await fixture.collect()).links).toBe(1);
  });

  test("a blob that the collector takes between the look and the note is not said to be there", async () => {
    const blob = await fixture.pushBlob(repository);
    fixture.advance(48 * HOUR);
    const { find: look } = fixture.metadata.blobs;
    let looked = false;
    const registry = fixture.with({
      metadata: {
        blobs: {
          async find(name, digest) {
            const found = await look(name, digest);
            if (!looked) expect((await fixture.collect()).links).toBe(1);
            looked = true;
            return found;
          },
        },
      },
    });
    expect(await codeOf(statBlob(registry, repository, blob.digest))).toBe("BLOB_UNKNOWN");
  });

  test("nor is a manifest without tags", async () => {
    const image = await fixture.pushImage(repository, "moved");
    await fixture.pushImage(repository, "moved");
    fixture.advance(30 * 24 * HOUR);
    const { findByDigest: look } = fixture.metadata.manifests;
    let looked = false;
    const registry = fixture.with({
      metadata: {
        manifests: {
          async findByDigest(name, digest) {
            const found = await look(name, digest);
            if (!looked) expect((await fixture.collect()).manifests).toBe(1);
            looked = true;
            return found;
          },
        },
      },
    });
    expect(await codeOf(statManifest(registry, repository, { digest: image.digest }))).toBe("MANIFEST_UNKNOWN");
  });
});
