import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { type S3Server, startVersitygw } from "../../../test/support/versitygw.ts";
import { bytesOf, sourceOf } from "../testing/content.ts";
import { type BucketFixture, openBucket, PART } from "./testing/store-fixture.ts";

let server: S3Server;
beforeAll(async () => {
  server = await startVersitygw();
}, 600_000);
afterAll(() => server.stop());

let bucket: BucketFixture;
beforeEach(async () => {
  bucket = await openBucket(server);
});
afterEach(() => bucket.dispose());

test("uploads that no row has are told of and can be ended; those of sessions and of others are left alone", async () => {
  const store = bucket.open();
  const id = randomUUID();
  await store.createUpload(id, "sha256");
  await store.appendUpload(id, 0, sourceOf(bytesOf(PART + 1000)));
  const [row] = await Array.fromAsync(bucket.client.listMultipartUploads(""));
  if (row === undefined) throw new Error("no upload in parts");
  const begin = (key: string) => bucket.client.createMultipart(key);
  const lost = randomUUID();
  await begin(`some/where/${lost.slice(0, 2)}/${lost}.01234567`);
  // Of the same session: its process ended before it wrote this one down.
  await begin(row.key.replace(/[0-9a-f]{8}$/, "89abcdef"));
  await begin(`some/where else/${lost}`);
  await begin(`else/where/${lost.slice(0, 2)}/${lost}.01234567`);

  const broken = await Array.fromAsync(store.listBrokenUploads());
  expect(broken).toHaveLength(2);
  for (const { since, end } of broken) {
    expect(Math.abs(since - Date.now())).toBeLessThan(600_000);
    await end();
    await end();
  }
  expect(await Array.fromAsync(store.listBrokenUploads())).toEqual([]);
  const left = await Array.fromAsync(bucket.client.listMultipartUploads(""), ({ key }) => key);
  expect(left.sort()).toEqual([`else/where/${lost.slice(0, 2)}/${lost}.01234567`, `some/where else/${lost}`, row.key].sort());
  expect(await store.appendUpload(id, PART + 1000, sourceOf(bytesOf(1000, 2)))).toBe(PART + 2000);
});
