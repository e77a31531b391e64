import { expect, test } from "bun:test";
import { openConnection } from "../limits/connection.ts";
import { randomBlob } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { openUpload } from "./pushing.ts";

const { client, server } = useRegistry();

/** Bytes that a session has, by its status. */
async function received(location: string): Promise<number> {
  const status = await client.get(location);
  expectStatus(status, 204);
  const last = Number(/^0-(\d+)$/.exec(status.headers.get("Range") ?? "")?.[1]);
  return last === 0 ? 0 : last + 1;
}

/** A PATCH that says it brings the whole blob, brings `sent` bytes of it, and falls silent. */
async function stalled(size: number, sent: number, withRange: boolean) {
  const repository = freshRepository();
  const blob = randomBlob(size);
  const location = await openUpload(client, repository);
  const { pathname, search } = new URL(location, client.url);
  const older = await openConnection(server().url);
  const range = withRange ? `Content-Range: 0-${size - 1}\r\n` : "";
  await older.write(`PATCH ${pathname}${search} HTTP/1.1\r\nHost: localhost\r\n${range}Content-Length: ${size}\r\n\r\n`);
  await older.write(blob.bytes.slice(0, sent));
  for (const end = Date.now() + 50_000; (await received(location)) !== sent; await Bun.sleep(10)) {
    if (Date.now() > end) throw new Error(`the session never has ${sent} bytes`);
  }
  return { repository, blob, location, older };
}

test.each([
  [10_000, 1000, true],
  [10_000, 1000, false],
  [3_000_000, 1_300_001, true],
  [3_000_000, 1_300_001, false],
])("an upload of %d bytes whose connection died after %d is gone on with at once", async (size, sent, withRange) => {
  const { repository, blob, location, older } = await stalled(size, sent, withRange);
  expectError(await client.patch(location, blob.bytes.slice(0, 10), 0), 416, "BLOB_UPLOAD_INVALID");
  const middle = sent + Math.floor((size - sent) / 2);
  expectStatus(await client.patch(location, blob.bytes.slice(sent, middle), sent), 202);
  // The older connection is over, and what it still sends counts for nothing.
  const { status } = await older.answer();
  expect(status).toBe(409);
  await older.write(blob.bytes.slice(sent)).catch(() => {});
  await older.closed();
  expect(await received(location)).toBe(middle);
  expectStatus(await client.close(location, blob.digest, blob.bytes.slice(middle), { "Content-Range": `${middle}-${size - 1}` }), 201);
  expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
});

test("and with a request that does not say at which byte", async () => {
  const { repository, blob, location, older } = await stalled(10_000, 1000, false);
  expectStatus(await client.patch(location, blob.bytes.slice(1000)), 202);
  expectStatus(await client.close(location, blob.digest), 201);
  // Another process than the one that was gone on with may learn of it only after the end of the upload.
  expect([409, 404]).toContain((await older.answer()).status);
  expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
});

test("cancelling it ends the connection as well", async () => {
  const { location, older } = await stalled(10_000, 1000, false);
  expectStatus(await client.delete(location), 204);
  expect((await older.answer()).status).toBe(404);
  expectError(await client.get(location), 404, "BLOB_UPLOAD_UNKNOWN");
});
