import { afterEach, beforeEach, expect, test } from "bun:test";
import { RegistryError } from "../oci/errors.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { openUpload } from "./open-upload.ts";
import type { Registry } from "./registry.ts";
import { type Fixture, MINUTE, openFixture, repositoryName } from "./testing/fixture.ts";
import { appendToUpload, uploadStatus } from "./uploads.ts";

const repository = repositoryName("uploads/budget");
const alice = { subject: "alice", remote: "192.0.2.1" };
const bob = { subject: "bob", remote: "192.0.2.1" };
const anonymous = (remote: string) => ({ subject: "anonymous", remote });

let fixture: Fixture;
let registry: Registry;
beforeEach(async () => {
  fixture = await openFixture();
  registry = fixture.with({ limits: { uploads: 8 } });
});
afterEach(() => fixture.close());

type Who = typeof alice;

/** The clock moves on, so that it is known which is older. */
async function open(actor: Who, bytes = 0) {
  fixture.advance(1);
  const { id } = await openUpload(registry, repository, "sha256", actor);
  const reference = { repository, id, actor };
  if (bytes > 0) await appendToUpload(registry, reference, { body: sourceOf(new Uint8Array(bytes)) });
  return reference;
}

async function refusalOf(actor: Who): Promise<RegistryError | undefined> {
  const [result] = await Promise.allSettled([open(actor)]);
  return result.status === "rejected" && result.reason instanceof RegistryError ? result.reason : undefined;
}

const isOpen = (reference: Awaited<ReturnType<typeof open>>) =>
  uploadStatus(registry, reference).then(
    () => true,
    () => false,
  );

test("empty sessions keep nobody from pushing, and the oldest end first", async () => {
  const first = await open(alice);
  for (let count = 0; count < 50; count++) await open(alice);
  expect(await isOpen(first)).toBe(false);
  const others = [await open(bob, 10), await open(bob)];
  const last = await open(alice, 10);
  for (const reference of [...others, last]) expect(await isOpen(reference)).toBe(true);
  expect((await fixture.metadata.collection.usage()).uploads).toBeLessThanOrEqual(8);
});

test("a client to whose half of the sessions bytes come is refused with the time after which one is idle; others are not", async () => {
  for (let count = 0; count < 4; count++) await open(alice, 10);
  fixture.advance(MINUTE / 2 - 4);
  const refusal = await refusalOf(alice);
  expect(refusal).toMatchObject({ code: "TOOMANYREQUESTS", status: 429, headers: { "Retry-After": "90" } });
  expect(refusal?.message).toContain("4 uploads of alice are receiving bytes; try again in 90 s");
  await open(bob, 10);
  fixture.advance(90_000);
  expect(await refusalOf(alice)).toBeUndefined();
});

test("what was staged for an idle session goes with it", async () => {
  const idle = await open(alice, 10);
  fixture.advance(3 * MINUTE);
  for (let count = 0; count < 3; count++) await open(alice, 10);
  await open(alice, 10);
  expect(await isOpen(idle)).toBe(false);
  expect(await fixture.content.uploadSize(idle.id)).toBeUndefined();
});

test("addresses of anonymous count for themselves, a network of IPv6 as one; all of them leave room", async () => {
  for (let count = 0; count < 4; count++) await open(anonymous(`2001:db8:0:1::${count}`), 10);
  expect((await refusalOf(anonymous("2001:db8:0:1::ffff")))?.code).toBe("TOOMANYREQUESTS");
  for (let count = 0; count < 2; count++) await open(anonymous("198.51.100.7"), 10);
  expect((await refusalOf(anonymous("203.0.113.9")))?.message).toContain("6 uploads of anonymous");
  await open(alice, 10);
});

test("several clients of one address leave room for other addresses", async () => {
  for (let count = 0; count < 4; count++) await open(alice, 10);
  for (let count = 0; count < 2; count++) await open(bob, 10);
  expect((await refusalOf({ subject: "carol", remote: "::ffff:192.0.2.1" }))?.message).toContain("6 uploads from 192.0.2.1");
  await open({ subject: "carol", remote: "192.0.2.2" }, 10);
});

test("an empty session ends after minutes, one that has bytes after the time that is configured", async () => {
  const [empty, begun] = [await open(alice), await open(alice, 10)];
  fixture.advance(6 * MINUTE);
  expect([await isOpen(empty), await isOpen(begun)]).toEqual([false, true]);
});

test("a session that made room takes no more bytes", async () => {
  const session = await open(alice);
  async function* lateBytes() {
    for (let count = 0; count < 4; count++) await open(alice);
    yield new Uint8Array(10);
  }
  const [late] = await Promise.allSettled([appendToUpload(registry, session, { body: lateBytes() })]);
  expect(late).toMatchObject({ status: "rejected", reason: { code: "BLOB_UPLOAD_UNKNOWN" } });
});
