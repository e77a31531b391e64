import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { ContentStoreError } from "../storage/content-store.ts";
import { MetadataStoreError } from "../storage/metadata/error.ts";
import { brokenSource, sourceOf } from "../storage/testing/content.ts";
import { statBlob } from "./blobs.ts";
import { openUpload } from "./open-upload.ts";
import { ACTOR, codeOf, type Fixture, newContent, openFixture, repositoryName } from "./testing/fixture.ts";
import { appendToUpload, cancelUpload, finishUpload, uploadInOne, uploadRange, uploadStatus } from "./uploads.ts";

const repository = repositoryName("uploads/one");

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

function open() {
  const { id, location } = openUpload(fixture.registry, repository, "sha256", ACTOR);
  return { id, repository, location, actor: ACTOR };
}

describe("a session", () => {
  test("takes chunks in order and becomes a blob", async () => {
    const blob = newContent(1000);
    const session = open();
    for (const start of [0, 400, 800]) {
      const bytes = blob.bytes.subarray(start, start + 400);
      const chunk = { body: sourceOf(bytes), range: { start, end: start + bytes.length - 1 } };
      expect((await appendToUpload(fixture.registry, session, chunk)).size).toBe(start + bytes.length);
    }
    expect(await finishUpload(fixture.registry, session, { digest: blob.digest })).toBe(1000);
    expect(await statBlob(fixture.registry, repository, blob.digest)).toBe(1000);
    expect(await codeOf(uploadStatus(fixture.registry, session))).toBe("BLOB_UPLOAD_UNKNOWN");
  });

  test("whose bytes were stored while the database was lost is unknown afterwards, and not wrong", async () => {
    const blob = newContent(1000);
    const session = open();
    await appendToUpload(fixture.registry, session, { body: sourceOf(blob.bytes) });
    const lost = new MetadataStoreError("unavailable", "the connection is gone");
    const cut = fixture.with({
      metadata: {
        blobs: {
          link: async () => {
            throw lost;
          },
        },
      },
    });
    expect(await finishUpload(cut, session, { digest: blob.digest }).catch((error: unknown) => error)).toBe(lost);
    expect(await codeOf(finishUpload(fixture.registry, { ...session, location: session.id }, { digest: blob.digest }))).toBe("BLOB_UPLOAD_UNKNOWN");
    const again = open();
    await appendToUpload(fixture.registry, again, { body: sourceOf(blob.bytes) });
    expect(await finishUpload(fixture.registry, again, { digest: blob.digest })).toBe(1000);
  });

  test.each([
    ["that skips bytes", { start: 500, end: 599 }],
    ["that repeats bytes", { start: 0, end: 99 }],
  ])("refuses a chunk %s and says where to go on", async (_name, range) => {
    const session = open();
    await appendToUpload(fixture.registry, session, { body: sourceOf(new Uint8Array(100)) });
    const refused = appendToUpload(fixture.registry, session, { body: sourceOf(new Uint8Array(100)), range });
    await expectRefusal(refused, { code: "BLOB_UPLOAD_INVALID", status: 416, headers: { Range: "0-99" } });
    expect((await uploadStatus(fixture.registry, session)).size).toBe(100);
  });

  test.each([50, 150])("refuses a chunk of %d bytes whose range says 100, and keeps none of it", async (size) => {
    const session = open();
    const chunk = { body: sourceOf(new Uint8Array(size)), range: { start: 0, end: 99 } };
    expect(await codeOf(appendToUpload(fixture.registry, session, chunk))).toBe("SIZE_INVALID");
    expect((await uploadStatus(fixture.registry, session)).size).toBeOneOf([0, 100]);
  });

  test("keeps what arrived of a chunk that broke off", async () => {
    const session = open();
    const broken = appendToUpload(fixture.registry, session, { body: brokenSource(new Uint8Array(300), new Error("gone")) });
    expect(await broken.catch((error: Error) => error.message)).toBe("gone");
    expect((await uploadStatus(fixture.registry, session)).size).toBe(300);
  });

  test("is over after a wrong digest", async () => {
    const session = open();
    await appendToUpload(fixture.registry, session, { body: sourceOf(new Uint8Array(10)) });
    expect(await codeOf(finishUpload(fixture.registry, session, { digest: newContent().digest }))).toBe("DIGEST_INVALID");
    expect(await codeOf(uploadStatus(fixture.registry, session))).toBe("BLOB_UPLOAD_UNKNOWN");
    expect((await fixture.metadata.collection.usage()).uploads).toBe(0);
  });

  test("is cancelled once", async () => {
    const session = open();
    await cancelUpload(fixture.registry, session);
    expect(await codeOf(cancelUpload(fixture.registry, session))).toBe("BLOB_UPLOAD_UNKNOWN");
    expect(await fixture.content.uploadSize(session.id)).toBeUndefined();
  });

  test("that is cancelled while room is made for its first bytes leaves nothing", async () => {
    const session = open();
    let cancelling: Promise<void> | undefined;
    const registry = fixture.with({
      metadata: {
        uploads: {
          async open(upload, budget) {
            cancelling = cancelUpload(registry, session);
            while (!registry.tickets.hasEnded(session.id)) await Bun.sleep(1);
            return fixture.metadata.uploads.open(upload, budget);
          },
        },
      },
    });
    expect(await codeOf(appendToUpload(registry, session, { body: sourceOf(new Uint8Array(10)) }))).toBe("BLOB_UPLOAD_UNKNOWN");
    await cancelling;
    expect(await fixture.content.uploadSize(session.id)).toBeUndefined();
    expect((await fixture.metadata.collection.usage()).uploads).toBe(0);
  });

  test("whose end the database cannot note frees its bytes, and can be cancelled again", async () => {
    const session = open();
    await appendToUpload(fixture.registry, session, { body: sourceOf(new Uint8Array(10)) });
    const end = async () => {
      throw new MetadataStoreError("no-space", "full");
    };
    const [refused] = await Promise.allSettled([cancelUpload(fixture.with({ metadata: { uploads: { end } } }), session)]);
    expect(refused).toMatchObject({ status: "rejected", reason: { reason: "no-space" } });
    expect(await fixture.content.uploadSize(session.id)).toBeUndefined();
    await cancelUpload(fixture.registry, session);
    expect(await codeOf(uploadStatus(fixture.registry, session))).toBe("BLOB_UPLOAD_UNKNOWN");
  });

  test("belongs to its repository and to whoever opened it", async () => {
    const session = open();
    for (const other of [
      { ...session, repository: repositoryName("uploads/two") },
      { ...session, actor: { subject: "somebody" } },
      { ...session, location: crypto.randomUUID() },
      { ...session, location: "../../etc/passwd" },
    ]) {
      expect(await codeOf(uploadStatus(fixture.registry, other))).toBe("BLOB_UPLOAD_UNKNOWN");
    }
  });
});

test("a blob beyond the limit is refused, in one request and in the one that closes a session", async () => {
  const registry = fixture.with({ limits: { blobSize: 99 } });
  const blob = newContent(100);
  const closing = finishUpload(registry, open(), { digest: blob.digest, chunk: { body: sourceOf(blob.bytes), length: 100 } });
  await expectRefusal(closing, { code: "SIZE_INVALID", status: 413 });
  await expectRefusal(uploadInOne(registry, repository, blob.digest, ACTOR, { body: sourceOf(blob.bytes) }), { code: "SIZE_INVALID", status: 413 });
});

test("a full content store is an answer of its own", async () => {
  const full = async () => {
    throw new ContentStoreError("no-space", "full");
  };
  const registry = fixture.with({ content: { write: full, appendUpload: full } });
  const blob = newContent();
  const body = () => ({ body: sourceOf(blob.bytes) });
  const session = open();
  await expectRefusal(uploadInOne(registry, repository, blob.digest, ACTOR, body()), { code: "UNAVAILABLE", status: 507 });
  await expectRefusal(appendToUpload(registry, session, body()), { code: "UNAVAILABLE", status: 507 });
});

test("the range of an empty session is what clients expect", () => {
  expect([0, 1, 100].map(uploadRange)).toEqual(["0-0", "0-0", "0-99"]);
});

async function expectRefusal(promise: Promise<unknown>, expected: Readonly<Record<string, unknown>>): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject(expected);
}
