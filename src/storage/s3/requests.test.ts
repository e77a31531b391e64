import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { type S3Server, startVersitygw } from "../../../test/support/versitygw.ts";
import type { ContentStore, Stored } from "../content-store.ts";
import { bytesOf, contentOf, messageOf, readAll, reasonOf, sourceOf } from "../testing/content.ts";
import { type BucketFixture, openBucket, PART } from "./testing/store-fixture.ts";

let server: S3Server;
beforeAll(async () => {
  server = await startVersitygw();
}, 600_000);
afterAll(() => server.stop());

let bucket: BucketFixture;
let store: ContentStore;
beforeEach(async () => {
  bucket = await openBucket(server);
  store = bucket.open();
});
afterEach(() => bucket.dispose());

const parts = (count: number) => Array.from({ length: count }, () => "UploadPart" as const);

/** Uploads content in chunks of these sizes, each by the next of the stores. */
async function upload({ bytes, digest }: ReturnType<typeof contentOf>, sizes: readonly number[], stores = [store]): Promise<Stored> {
  const id = randomUUID();
  const next = (index: number) => stores[index % stores.length] ?? store;
  await next(0).createUpload(id, "sha256");
  let offset = 0;
  for (const [index, size] of sizes.entries()) {
    offset = await next(index).appendUpload(id, offset, sourceOf(bytes.subarray(offset, offset + size)));
  }
  expect(offset).toBe(bytes.length);
  return next(sizes.length).finishUpload(id, digest);
}

async function expectOnly(stored: Stored, { bytes, digest }: ReturnType<typeof contentOf>): Promise<void> {
  expect(await bucket.leftovers()).toEqual([`some/where/${stored.location}`]);
  expect(await readAll(await store.read({ digest, ...stored }))).toEqual(bytes);
  expect(await Array.fromAsync(store.listUploads())).toEqual([]);
}

describe("requests to S3", () => {
  test.each([0, 1, 100_000, PART])("one for %d bytes in one body, or by a chunk and a request that ends it", async (size) => {
    const content = contentOf(size, 1 + size);
    await store.write(content.digest, sourceOf(content.bytes));
    expect(bucket.requests()).toEqual(["PutObject"]);
    await upload(content, [size]);
    expect(bucket.requests()).toEqual(["PutObject"]);
    await upload(content, [size], [store, bucket.open()]);
    expect(bucket.requests()).toEqual(["PutObject"]);
  });

  test.each([PART + 1, 2 * PART, 3 * PART - 1])("parts and two for %d bytes in one body", async (size) => {
    const content = contentOf(size, size);
    const stored = await store.write(content.digest, sourceOf(content.bytes));
    expect(bucket.requests()).toEqual(["CreateMultipartUpload", ...parts(Math.ceil(size / PART)), "CompleteMultipartUpload"]);
    await expectOnly(stored, content);
  });

  test("parts and four for more than a part by one chunk", async () => {
    const content = contentOf(2 * PART + 1000, 3);
    const stored = await upload(content, [2 * PART + 1000]);
    const expected = ["CreateMultipartUpload", ...parts(2), "PutObject", "UploadPart", "CompleteMultipartUpload", "DeleteObject"] as const;
    expect(bucket.requests()).toEqual([...expected]);
    await expectOnly(stored, content);
  });

  test("nothing is kept apart where the bytes fill parts", async () => {
    const content = contentOf(2 * PART, 4);
    await upload(content, [2 * PART]);
    expect(bucket.requests()).toEqual(["CreateMultipartUpload", ...parts(2), "CompleteMultipartUpload"]);
  });

  test("one more for each further chunk, and one where the process changes", async () => {
    const content = contentOf(3_000_000, 5);
    const sizes = [1_000_000, 1_000_000, 1_000_000];
    await upload(content, sizes);
    expect(bucket.requests()).toEqual(["PutObject", "PutObject", "PutObject", "DeleteObjects"]);
    const stored = await upload(content, sizes, [store, bucket.open()]);
    expect(bucket.requests()).toEqual(["PutObject", "GetObject", "PutObject", "GetObject", "PutObject", "DeleteObjects"]);
    expect(await readAll(await store.read({ digest: content.digest, ...stored }))).toEqual(content.bytes);
  });

  test("chunks that grow beyond a part, each by another process, take one read of all more", async () => {
    const content = contentOf(2 * PART + 500_000, 6);
    const stored = await upload(content, [4_000_000, 4_000_000, bytesLeft(content, 8_000_000)], [store, bucket.open(), bucket.open()]);
    const made = bucket.requests();
    expect(made.filter((operation) => operation === "GetObject")).toHaveLength(4);
    expect(made.filter((operation) => operation === "PutObject")).toHaveLength(3);
    expect(made.filter((operation) => operation === "UploadPart")).toHaveLength(3);
    await expectOnly(stored, content);
  });

  test("none for a mismatch that is known before, and nothing of it in the bucket", async () => {
    const { digest } = contentOf(100);
    expect(await reasonOf(store.write(digest, sourceOf(bytesOf(101))))).toBe("digest-mismatch");
    expect(bucket.requests()).toEqual([]);
    expect(await reasonOf(store.write(digest, sourceOf(bytesOf(PART + 1))))).toBe("digest-mismatch");
    expect(bucket.requests()).not.toContain("CompleteMultipartUpload");
    for (const size of [100_000, PART + 1]) expect(await reasonOf(upload({ bytes: bytesOf(size, 9), digest }, [size]))).toBe("digest-mismatch");
    expect(bucket.requests()).not.toContain("CompleteMultipartUpload");
    expect(await bucket.leftovers()).toEqual([]);
  });
});

function bytesLeft({ bytes }: ReturnType<typeof contentOf>, after: number): number {
  return bytes.length - after;
}

test("an upload that is cancelled, and content that cannot be announced, leave nothing in the bucket", async () => {
  for (const size of [1000, PART + 1000, 2 * PART]) {
    const content = contentOf(size, size);
    const id = randomUUID();
    await store.createUpload(id, "sha256");
    await store.appendUpload(id, 0, sourceOf(content.bytes.subarray(0, size - 500)));
    await store.appendUpload(id, size - 500, sourceOf(content.bytes.subarray(size - 500)));
    bucket.requests();
    await bucket.open().cancelUpload(id);
    expect(bucket.requests().filter((operation) => operation.startsWith("List"))).toEqual([]);
    const announced = () => Promise.reject(new Error("not announced"));
    expect(await messageOf(store.write(content.digest, sourceOf(content.bytes), { announced }))).toBe("not announced");
  }
  expect(await bucket.leftovers()).toEqual([]);
});

test("what many small chunks replaced is deleted on the way", async () => {
  const sizes = Array.from({ length: 230 }, (_, index) => 1 + (index % 3));
  const content = contentOf(
    sizes.reduce((sum, size) => sum + size),
    8,
  );
  const id = randomUUID();
  await store.createUpload(id, "sha256");
  let offset = 0;
  for (const size of sizes) offset = await store.appendUpload(id, offset, sourceOf(content.bytes.subarray(offset, offset + size)));
  expect((await bucket.leftovers()).length).toBeLessThan(110);
  await expectOnly(await store.finishUpload(id, content.digest), content);
});
