import { expect, test } from "bun:test";
import { randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { openUpload } from "./pushing.ts";

const LIFETIME = 1000;
const { client } = useRegistry({ config: { limits: { uploadLifetime: `${LIFETIME / 1000}s` } } });

test("a session without new bytes ends after its time, and leaves nothing", async () => {
  const repository = freshRepository();
  const blob = randomBlob();
  const opened = performance.now();
  const location = await openUpload(client, repository);
  expectStatus(await client.patch(location, blob.bytes, 0), 202);
  let status = 204;
  while (status === 204 && performance.now() - opened < 10 * LIFETIME) {
    await Bun.sleep(LIFETIME / 10);
    ({ status } = await client.get(location));
  }
  expect(status).toBe(404);
  expect(performance.now() - opened).toBeGreaterThanOrEqual(LIFETIME);
  expectError(await client.patch(location, blob.bytes, blob.bytes.length), 404, "BLOB_UPLOAD_UNKNOWN");
  expectError(await client.close(location, blob.digest), 404, "BLOB_UPLOAD_UNKNOWN");
  expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
}, 60_000);
