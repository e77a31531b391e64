import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../test/support/eventually.ts";
import { type S3Server, startVersitygw } from "../../test/support/versitygw.ts";
import type { ContentStore } from "../storage/content-store.ts";
import { openFilesystemStore } from "../storage/filesystem/filesystem-store.ts";
import { type BucketFixture, openBucket, PART } from "../storage/s3/testing/store-fixture.ts";
import { statBlob } from "./blobs.ts";
import { collect } from "./collector.ts";
import { openUpload } from "./open-upload.ts";
import { ACTOR, type Fixture, HOUR, newContent, openFixture, repositoryName } from "./testing/fixture.ts";
import { appendToUpload, finishUpload, uploadInOne } from "./uploads.ts";

const repository = repositoryName("long/bodies");

/** Milliseconds that an upload is kept without a byte, and between its pieces, which take half as long again together. */
const LIFETIME = 5_000;
const PAUSE = 400;
const PIECES = 18;

let server: S3Server;
let fixture: Fixture;
let bucket: BucketFixture;
const folder = mkdtempSync(join(tmpdir(), "opm-long-bodies-"));
beforeAll(async () => {
  server = await startVersitygw();
}, 600_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  fixture = await openFixture();
  bucket = await openBucket(server);
});
afterEach(async () => {
  await bucket.dispose();
  await fixture.close();
});

const STORES: Readonly<Record<string, () => ContentStore | Promise<ContentStore>>> = {
  bucket: () => bucket.open(),
  folder: () => openFilesystemStore({ path: folder, durability: "relaxed" }),
};

test.each(Object.keys(STORES).flatMap((store) => ["one request", "a session"].map((way) => [store, way] as const)))(
  "the sweep leaves a body for a %s by %s alone while its bytes come, however long they take",
  async (name, way) => {
    const content = (await STORES[name]?.()) as ContentStore;
    const limits = { uploadLifetime: LIFETIME, blobSize: 4 * PART };
    const registry = { ...fixture.with({ content, limits }), now: Date.now };
    const blob = newContent(PART + 100_000);
    async function* slowly() {
      yield blob.bytes.subarray(0, PART + 1000);
      const size = (blob.bytes.length - PART - 1000) / PIECES;
      for (let piece = 0; piece < PIECES; piece++) {
        yield blob.bytes.subarray(PART + 1000 + piece * size, PART + 1000 + (piece + 1) * size);
        await Bun.sleep(PAUSE);
        await eventually("what is staged is renewed", async () => {
          const staged = await Array.fromAsync(content.listUploads());
          return staged.length === 1 && staged.every(({ modifiedAt }) => modifiedAt > Date.now() - 0.9 * LIFETIME);
        });
        await collect(registry, { retention: HOUR, unreferenced: HOUR, uploadLifetime: LIFETIME, now: Date.now });
      }
    }
    try {
      if (way === "one request") await uploadInOne(registry, repository, blob.digest, ACTOR, { body: slowly() });
      else {
        const { id, location } = openUpload(registry, repository, "sha256", ACTOR);
        const session = { id, repository, location, actor: ACTOR };
        await appendToUpload(registry, session, { body: slowly() });
        await finishUpload(registry, session, { digest: blob.digest });
      }
      expect(await statBlob(registry, repository, blob.digest)).toBe(blob.bytes.length);
    } finally {
      await content.close();
    }
  },
  120_000,
);
