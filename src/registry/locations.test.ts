import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { MetadataStoreError } from "../storage/metadata/error.ts";
import { type Content, sourceOf } from "../storage/testing/content.ts";
import { openBlob } from "./blobs.ts";
import { collect } from "./collector.ts";
import type { Registry } from "./registry.ts";
import { removeUnknown } from "./remove-unknown.ts";
import { scrub } from "./scrub.ts";
import { ACTOR, codeOf, type Fixture, HOUR, MINUTE, newContent, openFixture, repositoryName } from "./testing/fixture.ts";
import { type LocatedContent, locatedContent } from "./testing/located-content.ts";
import { uploadInOne } from "./uploads.ts";

const repository = repositoryName("located/one");
const other = repositoryName("located/other");

let fixture: Fixture;
let content: LocatedContent;
let registry: Registry;
beforeEach(async () => {
  fixture = await openFixture();
  content = locatedContent();
  registry = fixture.with({ content: content.store });
});
afterEach(() => fixture.close());

const push = (to: typeof repository, blob: Content, by = registry) => uploadInOne(by, to, blob.digest, ACTOR, { body: sourceOf(blob.bytes) });

const remove = (from: typeof repository, { digest }: Content) => fixture.metadata.blobs.delete({ repository: from, digest, actor: ACTOR, now: registry.now() });

async function expectThere(from: typeof repository, { digest, bytes }: Content): Promise<void> {
  const source = await openBlob(registry, from, digest);
  expect(source.kind === "bytes" && source.bytes).toEqual(bytes);
}

/** Sizes of what is linked unreserved, and of what is reserved first. */
describe.each([100, 100_000])("content of %d bytes that has a location", (size) => {
  test("is there once, however often it is pushed", async () => {
    const blob = newContent(size);
    await push(repository, blob);
    const [location] = content.locations();
    await push(repository, blob);
    await push(other, blob);
    expect(content.locations()).toEqual([location ?? ""]);
    await Promise.all(Array.from({ length: 6 }, () => push(other, blob)));
    expect(content.locations()).toEqual([location ?? ""]);
    for (const from of [repository, other]) await expectThere(from, blob);
  });

  test("comes back with the next push where its copy got lost", async () => {
    const blob = newContent(size);
    await push(repository, blob);
    await content.store.discard(content.locations());
    expect(await codeOf(Promise.resolve().then(() => openBlob(registry, repository, blob.digest)))).toBe("UNAVAILABLE");
    await push(other, blob);
    for (const from of [repository, other]) await expectThere(from, blob);
    expect(content.locations()).toHaveLength(1);
  });

  test("is removed by the collector, which is stopped by nothing that it did not know of", async () => {
    const [kept, gone] = [newContent(size), newContent(size)];
    for (const blob of [kept, gone]) await push(repository, blob);
    await remove(repository, gone);
    fixture.advance(HOUR);
    expect(await collect(registry, { retention: HOUR, unreferenced: 2 * HOUR, now: registry.now })).toMatchObject({ blobs: 1, bytes: size });
    expect(content.locations()).toHaveLength(1);
    await expectThere(repository, kept);
  });

  test("survives a collector that comes back after its time was over", async () => {
    const blob = newContent(size);
    await push(other, blob);
    const [old] = content.locations();
    await remove(other, blob);
    fixture.advance(HOUR);
    const late = fixture.with({
      content: {
        ...content.store,
        async discard(locations) {
          // It was told that the content is its own, and stood still then.
          fixture.advance(10 * MINUTE);
          await push(repository, blob);
          return content.store.discard(locations);
        },
      },
    });
    expect((await collect(late, { retention: HOUR, unreferenced: 2 * HOUR, now: registry.now })).blobs).toBe(0);
    expect(content.locations()).toHaveLength(1);
    expect(content.locations()).not.toContain(old ?? "");
    await expectThere(repository, blob);
  });

  test("leaves no copy when the database does not take it", async () => {
    const refuse = async () => {
      fixture.advance(MINUTE);
      throw new MetadataStoreError("collecting", "on purpose");
    };
    const refused = fixture.with({ content: content.store, metadata: { blobs: { link: refuse, linkUnreserved: refuse } } });
    await expect(push(repository, newContent(size), refused)).rejects.toThrow();
    expect(content.locations()).toEqual([]);
  });

  test("is found by a scrub when nobody knows the copy, and goes when it is old", async () => {
    const [known, stray] = [newContent(size), newContent(size)];
    await push(repository, known);
    await content.store.write(stray.digest, sourceOf(stray.bytes));
    expect(await scrub(registry, { now: Date.now() })).toMatchObject({ checked: 1, problems: [], orphans: 1, orphanBytes: size });
    const age = { retention: HOUR, now: () => Date.now() };
    expect(await removeUnknown(registry, age)).toMatchObject({ contents: 0, kept: 1, known: 1 });
    const later = { retention: HOUR, now: () => Date.now() + 25 * HOUR };
    expect(await removeUnknown(registry, { ...later, dryRun: true })).toMatchObject({ contents: 1, bytes: size });
    expect(content.locations()).toHaveLength(2);
    expect(await removeUnknown(registry, later)).toMatchObject({ contents: 1, bytes: size });
    expect(content.locations()).toHaveLength(1);
    await expectThere(repository, known);
  });

  test("is no stray copy while its push is on the way, however short strays are kept", async () => {
    const [known, pushed] = [newContent(size), newContent(size)];
    await push(repository, known);
    const tidied = fixture.with({
      content: {
        ...content.store,
        async write(...args) {
          const stored = await content.store.write(...args);
          expect(await removeUnknown(registry, { retention: 0, now: () => Date.now() + MINUTE })).toMatchObject({ contents: 0, kept: 1 });
          return stored;
        },
      },
    });
    await push(repository, pushed, tidied);
    await expectThere(repository, pushed);
  });
});
