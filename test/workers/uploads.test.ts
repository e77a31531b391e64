import { expect, test } from "bun:test";
import { locationOf, openUpload } from "../conformance/pushing.ts";
import { openConnection } from "../limits/connection.ts";
import { randomBlob } from "../support/content.ts";
import { eventually } from "../support/eventually.ts";
import { expectBytes, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { scatteredClient } from "./workers.ts";

const { server } = useRegistry({ config: { server: { workers: 3 } } });
const client = scatteredClient(() => server().url);

test.each([100, 70_000, 3_000_000])("an upload of %d bytes in chunks of odd sizes goes on at whichever worker", async (size) => {
  const repository = freshRepository();
  const blob = randomBlob(size);
  let location = await openUpload(client, repository);
  for (let start = 0, round = 1; start < size; round++) {
    const end = Math.min(size, start + Math.ceil((size * ((round * 7) % 5) + 1) / 40));
    const patched = await client.patch(location, blob.bytes.slice(start, end), start);
    expectStatus(patched, 202);
    location = locationOf(patched);
    start = end;
    const status = await client.get(location);
    expectStatus(status, 204);
    expect(status.headers.get("Range")).toBe(`0-${end - 1}`);
  }
  expectStatus(await client.close(location, blob.digest), 201);
  expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
});

test("of requests that bring the same chunk to several workers at once one is taken, and nothing mixes", async () => {
  const repository = freshRepository();
  const chunks = Array.from({ length: 6 }, () => randomBlob(300_000).bytes);
  const bytes = new Uint8Array(Buffer.concat(chunks));
  const blob = { ...randomBlob(1), digest: `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}` };
  let location = await openUpload(client, repository);
  let start = 0;
  for (const chunk of chunks) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => client.patch(location, chunk, start)));
    start += chunk.length;
    const statuses = answers.map(({ status }) => status);
    // The others came too late (416), or were cut off by one that is as good (409).
    expect(statuses.filter((status) => status === 202).length).toBe(1);
    expect(statuses.every((status) => [202, 409, 416].includes(status))).toBe(true);
    location = locationOf(answers[statuses.indexOf(202)] ?? (await client.get(location)));
    expect((await client.get(location)).headers.get("Range")).toBe(`0-${start - 1}`);
  }
  expectStatus(await client.close(location, blob.digest), 201);
  expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), bytes);
});

/** A PATCH that has brought the first thousand bytes of its blob, and is silent since. */
async function begun() {
  const repository = freshRepository();
  const blob = randomBlob(200_000);
  const location = await openUpload(client, repository);
  const { pathname } = new URL(location, client.url);
  const older = await openConnection(client.url);
  await older.write(`PATCH ${pathname} HTTP/1.1\r\nHost: localhost\r\nContent-Range: 0-199999\r\nContent-Length: 200000\r\n\r\n`);
  await older.write(blob.bytes.slice(0, 1000));
  await eventually("they have arrived", async () => (await client.get(location)).headers.get("Range") === "0-999");
  return { repository, blob, location, older };
}

test("an upload whose connection died at one worker is gone on with at the others", async () => {
  for (let attempt = 0; attempt < 6; attempt++) {
    const { repository, blob, location, older } = await begun();
    expectStatus(await client.patch(location, blob.bytes.slice(1000), 1000), 202);
    expectStatus(await client.close(location, blob.digest), 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
    older.destroy();
  }
}, 60_000);

test("an upload that is cancelled at one worker is over at the one that its bytes come to", async () => {
  for (let attempt = 0; attempt < 6; attempt++) {
    const { location, older } = await begun();
    expectStatus(await client.delete(location), 204);
    expect((await older.answer()).status).toBe(404);
    older.destroy();
  }
});

test("a session without bytes that is cancelled at one worker is over at all", async () => {
  const location = await openUpload(client, freshRepository());
  expectStatus(await client.delete(location), 204);
  await eventually("no worker knows it", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => client.get(location)));
    return answers.every(({ status }) => status === 404);
  });
});

test("a session that was closed or ended at one worker has ended at all", async () => {
  const repository = freshRepository();
  const blob = randomBlob(100_000);
  for (const end of ["close", "delete"] as const) {
    const location = locationOf(await client.patch(await openUpload(client, repository), blob.bytes, 0));
    expectStatus(end === "close" ? await client.close(location, blob.digest) : await client.delete(location), end === "close" ? 201 : 204);
    for (let ask = 0; ask < 6; ask++) expectStatus(await client.get(location), 404);
  }
});
