import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type S3Server, startVersitygw } from "../../test/support/versitygw.ts";
import { type BucketFixture, openBucket } from "../storage/s3/testing/store-fixture.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { collect } from "./collector.ts";
import { removeUnknown } from "./remove-unknown.ts";
import { ACTOR, type Fixture, HOUR, newContent, openFixture, repositoryName } from "./testing/fixture.ts";
import { uploadInOne } from "./uploads.ts";

const repository = repositoryName("bucket/one");
const COUNT = 30;

let server: S3Server;
beforeAll(async () => {
  server = await startVersitygw();
}, 600_000);
afterAll(() => server.stop());

let fixture: Fixture;
let bucket: BucketFixture;
beforeEach(async () => {
  fixture = await openFixture();
  bucket = await openBucket(server);
});
afterEach(async () => {
  await bucket.dispose();
  await fixture.close();
});

const deletions = () => bucket.requests().filter((operation) => operation.startsWith("Delete"));

test("the collector deletes all that it took by one request", async () => {
  const registry = fixture.with({ content: bucket.open() });
  const blobs = Array.from({ length: COUNT }, () => newContent(1000));
  for (const { digest, bytes } of blobs) await uploadInOne(registry, repository, digest, ACTOR, { body: sourceOf(bytes) });
  const gone = blobs.slice(1);
  for (const { digest } of gone) await registry.metadata.blobs.delete({ repository, digest, actor: ACTOR, now: registry.now() });
  fixture.advance(HOUR);
  bucket.requests();
  const collected = await collect(registry, { retention: HOUR, unreferenced: 2 * HOUR, now: registry.now });
  expect(collected).toMatchObject({ blobs: COUNT - 1, bytes: 1000 * (COUNT - 1) });
  expect(deletions()).toEqual(["DeleteObjects"]);
  expect(await bucket.leftovers()).toHaveLength(1);
});

test("copies that nobody knows go by one request", async () => {
  const registry = fixture.with({ content: bucket.open() });
  for (const { digest, bytes } of Array.from({ length: COUNT }, () => newContent(1000))) await registry.content.write(digest, sourceOf(bytes));
  bucket.requests();
  const now = () => Date.now() + 25 * HOUR;
  expect(await removeUnknown(registry, { retention: HOUR, now, evenIfMost: true })).toMatchObject({ contents: COUNT });
  expect(deletions()).toEqual(["DeleteObjects"]);
  expect(await bucket.leftovers()).toEqual([]);
});
