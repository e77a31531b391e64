import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { parseTag } from "../oci/tag.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { deleteBlob, statBlob } from "./blobs.ts";
import { collect } from "./collector.ts";
import { deleteManifest } from "./delete-manifest.ts";
import { getManifest } from "./manifests.ts";
import { mountBlob } from "./mount.ts";
import { openUpload } from "./open-upload.ts";
import { ACTOR, codeOf, EVERYBODY, type Fixture, HOUR, MINUTE, openFixture, repositoryName } from "./testing/fixture.ts";
import { appendToUpload, uploadStatus } from "./uploads.ts";

const DAY = 24 * HOUR;
const repository = repositoryName("collector/one");
const other = repositoryName("collector/two");
const NOTHING = { manifests: 0, links: 0, blobs: 0, bytes: 0, uploads: 0 };

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

describe("what is kept, and for how long", () => {
  test("what a repository needs, for ever", async () => {
    const image = await fixture.pushImage(repository, "latest");
    fixture.advance(365 * DAY);
    expect(await fixture.collect()).toEqual(NOTHING);
    expect((await getManifest(fixture.registry, repository, { digest: image.digest })).digest).toBe(image.digest);
  });

  test("a blob that no manifest refers to, for the time of `unreferenced`", async () => {
    const blob = await fixture.pushBlob(repository, 321);
    fixture.advance(DAY - MINUTE);
    expect(await fixture.collect()).toEqual(NOTHING);
    fixture.advance(2 * MINUTE);
    expect(await fixture.collect()).toEqual({ ...NOTHING, links: 1, blobs: 1, bytes: 321 });
    expect(await fixture.content.stat(blob)).toBeUndefined();
    expect(await codeOf(statBlob(fixture.registry, repository, blob.digest))).toBe("BLOB_UNKNOWN");
  });

  test.each(["moved", "deleted", "deleted manifest"])("the content of a %s tag, for the time of retention", async (what) => {
    const image = await fixture.pushImage(repository, "latest");
    fixture.advance(30 * DAY);
    if (what === "moved") await fixture.pushImage(repository, "latest");
    else if (what === "deleted") await fixture.metadata.tags.delete({ repository, tag: parseTag("latest"), actor: ACTOR, now: fixture.registry.now() });
    else await deleteManifest(fixture.registry, { repository, reference: { digest: image.digest }, actor: ACTOR, audience: EVERYBODY });
    fixture.advance(7 * DAY - MINUTE);
    expect(await fixture.collect()).toEqual(NOTHING);
    fixture.advance(2 * MINUTE);
    expect(await fixture.collect()).toMatchObject({ manifests: 1, links: 2, blobs: 2 });
    for (const { digest } of [image.config, image.layer]) expect(await fixture.content.stat({ digest })).toBeUndefined();
  });

  test("content that another repository has", async () => {
    const blob = await fixture.pushBlob(repository);
    const image = await fixture.pushImage(repository, "latest");
    const mayPull = () => true;
    for (const { digest } of [blob, image.layer])
      expect(await mountBlob(fixture.registry, { to: other, from: repository, digest, actor: ACTOR, mayPull })).toBeTrue();
    await deleteBlob(fixture.registry, { repository: repository, digest: blob.digest, actor: ACTOR, audience: EVERYBODY });
    await deleteManifest(fixture.registry, { repository, reference: { digest: image.digest }, actor: ACTOR, audience: EVERYBODY });
    expect(await codeOf(statBlob(fixture.registry, repository, blob.digest))).toBe("BLOB_UNKNOWN");
    expect(await statBlob(fixture.registry, other, blob.digest)).toBe(blob.bytes.length);
    fixture.advance(8 * DAY);
    await statBlob(fixture.registry, other, blob.digest);
    await statBlob(fixture.registry, other, image.layer.digest);
    expect(await fixture.collect()).toMatchObject({ manifests: 1, blobs: 1 });
    for (const { digest } of [blob, image.layer]) expect(await fixture.content.stat({ digest })).toBeDefined();
    expect(await fixture.content.stat(image.config)).toBeUndefined();
  });
});

test("a preview counts the same and changes nothing", async () => {
  const blob = await fixture.pushBlob(repository, 321);
  await fixture.pushImage(repository, "latest");
  await deleteBlob(fixture.registry, { repository: repository, digest: blob.digest, actor: ACTOR, audience: EVERYBODY });
  fixture.advance(2 * DAY);
  for (let run = 0; run < 2; run++) expect(await fixture.preview()).toEqual({ ...NOTHING, blobs: 1, bytes: 321, complete: true });
  expect(await fixture.content.stat(blob)).toBe(321);
  expect(await fixture.collect()).toEqual({ ...NOTHING, blobs: 1, bytes: 321 });
});

describe("uploads", () => {
  const body = () => sourceOf(new Uint8Array(100));

  test("a session without new bytes ends, with what was staged for it", async () => {
    const { id, location } = openUpload(fixture.registry, repository, "sha256", ACTOR);
    const reference = { repository, location, actor: ACTOR };
    await appendToUpload(fixture.registry, reference, { body: body() });
    fixture.advance(DAY - MINUTE);
    expect((await fixture.collect()).uploads).toBe(0);
    fixture.advance(2 * MINUTE);
    expect((await fixture.collect()).uploads).toBe(1);
    expect(await fixture.content.uploadSize(id)).toBeUndefined();
    expect(await codeOf(uploadStatus(fixture.registry, reference))).toBe("BLOB_UPLOAD_UNKNOWN");
  });

  test("new bytes prolong it", async () => {
    const { location } = openUpload(fixture.registry, repository, "sha256", ACTOR);
    const reference = { repository, location, actor: ACTOR };
    for (let part = 0; part < 4; part++) {
      fixture.advance(part === 0 ? MINUTE : DAY - HOUR);
      await appendToUpload(fixture.registry, reference, { body: body() });
      expect((await fixture.collect()).uploads).toBe(0);
    }
    expect((await uploadStatus(fixture.registry, reference)).size).toBe(400);
  });

  test("so do those of a single request that takes days", async () => {
    const { location } = openUpload(fixture.registry, repository, "sha256", ACTOR);
    async function* slowly() {
      for (let part = 0; part < 5; part++) {
        yield new Uint8Array(100);
        fixture.advance(DAY - HOUR);
        expect((await fixture.collect()).uploads).toBe(0);
      }
    }
    expect((await appendToUpload(fixture.registry, { repository, location, actor: ACTOR }, { body: slowly() })).size).toBe(500);
  });

  test("staged bytes that no session knows go as well", async () => {
    const id = crypto.randomUUID();
    await fixture.content.createUpload(id, "sha256");
    const now = () => Date.now() + DAY - MINUTE;
    await fixture.collect({ now });
    expect(await fixture.content.uploadSize(id)).toBe(0);
    await fixture.collect({ now: () => now() + 2 * MINUTE });
    expect(await fixture.content.uploadSize(id)).toBeUndefined();
  });
});

test("a store that removes slowly is left what it does not manage in time, for a later run", async () => {
  for (let count = 0; count < 4; count++) await fixture.pushBlob(repository);
  fixture.advance(2 * DAY);
  const slow = fixture.with({
    content: {
      async withdraw(collected) {
        fixture.advance(40_000);
        return fixture.content.withdraw(collected);
      },
    },
  });
  const options = { retention: DAY, unreferenced: DAY, now: slow.now };
  const first = await collect(slow, options);
  expect(first.blobs).toBeGreaterThan(0);
  expect(first.blobs).toBeLessThan(4);
  fixture.advance(HOUR);
  expect(first.blobs + (await fixture.collect()).blobs).toBe(4);
});

test("a signal ends it between two steps", async () => {
  await fixture.pushBlob(repository);
  fixture.advance(2 * DAY);
  expect(await fixture.collect({ signal: AbortSignal.abort() })).toEqual(NOTHING);
});
