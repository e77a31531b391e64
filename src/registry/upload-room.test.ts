import { afterEach, beforeEach, expect, test } from "bun:test";
import { RegistryError } from "../oci/errors.ts";
import { sourceOf } from "../storage/testing/content.ts";
import { openUpload } from "./open-upload.ts";
import type { Registry } from "./registry.ts";
import { codeOf, type Fixture, MINUTE, newContent, openFixture, repositoryName } from "./testing/fixture.ts";
import { appendToUpload, finishUpload, uploadStatus } from "./uploads.ts";

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
function open(actor: Who) {
  fixture.advance(1);
  const { id, location } = openUpload(registry, repository, "sha256", actor);
  return { id, repository, location, actor };
}

type Session = ReturnType<typeof open>;

const fill = (session: Session) => appendToUpload(registry, session, { body: sourceOf(new Uint8Array(10)) });

async function filled(actor: Who): Promise<Session> {
  const session = open(actor);
  await fill(session);
  return session;
}

async function refusalOf(actor: Who): Promise<RegistryError | undefined> {
  const [result] = await Promise.allSettled([filled(actor)]);
  return result.status === "rejected" && result.reason instanceof RegistryError ? result.reason : undefined;
}

const isOpen = (session: Session) =>
  uploadStatus(registry, session).then(
    () => true,
    () => false,
  );

const stored = async () => (await fixture.metadata.collection.usage()).uploads;

test("thousands of sessions are opened, which costs nothing; as many get bytes as the client has room for", async () => {
  const sessions = Array.from({ length: 3000 }, () => open(alice));
  expect(await stored()).toBe(0);
  const settled = await Promise.allSettled(sessions.map(fill));
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  const refused = settled.filter((result) => result.status === "rejected").map(({ reason }) => reason.code);
  expect(new Set(refused)).toEqual(new Set(["TOOMANYREQUESTS"]));
  expect(await stored()).toBe(4);
  expect(await Array.fromAsync(fixture.content.listUploads())).toHaveLength(4);
  for (let count = 0; count < 2; count++) await filled(bob);
});

test("a session that was refused gets its bytes when there is room", async () => {
  for (let count = 0; count < 4; count++) await filled(alice);
  const session = open(alice);
  expect(await codeOf(fill(session))).toBe("TOOMANYREQUESTS");
  expect(await isOpen(session)).toBe(true);
  fixture.advance(3 * MINUTE);
  expect((await fill(session)).size).toBe(10);
});

test("what comes as a whole and small needs no room", async () => {
  for (let count = 0; count < 4; count++) await filled(alice);
  const blob = newContent(1000);
  expect(await finishUpload(registry, open(alice), { digest: blob.digest, chunk: { body: sourceOf(blob.bytes), length: 1000 } })).toBe(1000);
  expect(await codeOf(finishUpload(registry, open(alice), { digest: blob.digest, chunk: { body: sourceOf(blob.bytes) } }))).toBe("TOOMANYREQUESTS");
});

test("one session takes room once, however many requests bring its first bytes", async () => {
  const session = open(alice);
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, () => appendToUpload(registry, session, { body: sourceOf(new Uint8Array(10)), range: { start: 0, end: 9 } })),
  );
  expect(settled.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
  expect(await stored()).toBe(1);
});

test("a client to whose half of the sessions bytes come is refused with the time after which one is idle; others are not", async () => {
  for (let count = 0; count < 4; count++) await filled(alice);
  fixture.advance(MINUTE / 2 - 4);
  const refusal = await refusalOf(alice);
  expect(refusal).toMatchObject({ code: "TOOMANYREQUESTS", status: 429, headers: { "Retry-After": "90" } });
  expect(refusal?.message).toContain("4 uploads of alice are receiving bytes; try again in 90 s");
  await filled(bob);
  fixture.advance(90_000);
  expect(await refusalOf(alice)).toBeUndefined();
});

test("what was staged for an idle session goes with it", async () => {
  const idle = await filled(alice);
  fixture.advance(3 * MINUTE);
  for (let count = 0; count < 4; count++) await filled(alice);
  expect(await isOpen(idle)).toBe(false);
  expect(await codeOf(fill(idle))).toBe("BLOB_UPLOAD_UNKNOWN");
  expect(await fixture.content.uploadSize(idle.id)).toBeUndefined();
});

test("addresses of anonymous count for themselves, a network of IPv6 as one; all of them leave room", async () => {
  for (let count = 0; count < 4; count++) await filled(anonymous(`2001:db8:0:1::${count}`));
  expect((await refusalOf(anonymous("2001:db8:0:1::ffff")))?.code).toBe("TOOMANYREQUESTS");
  for (let count = 0; count < 2; count++) await filled(anonymous("198.51.100.7"));
  expect((await refusalOf(anonymous("203.0.113.9")))?.message).toContain("6 uploads of anonymous");
  await filled(alice);
});

test("who brings the bytes needs the room, from wherever the session was opened", async () => {
  const sessions = Array.from({ length: 5 }, (_, count) => ({ ...open(anonymous(`198.51.100.${count}`)), actor: anonymous("198.51.100.7") }));
  for (const session of sessions.slice(0, 4)) await fill(session);
  expect(await codeOf(fill(sessions[4] ?? open(alice)))).toBe("TOOMANYREQUESTS");
});

test("several clients of one address leave room for other addresses", async () => {
  for (let count = 0; count < 4; count++) await filled(alice);
  for (let count = 0; count < 2; count++) await filled(bob);
  expect((await refusalOf({ subject: "carol", remote: "::ffff:192.0.2.1" }))?.message).toContain("6 uploads from 192.0.2.1");
  await filled({ subject: "carol", remote: "192.0.2.2" });
});

test("an empty session ends after minutes, one that has bytes after the time that is configured", async () => {
  const [empty, begun] = [open(alice), await filled(alice)];
  fixture.advance(6 * MINUTE);
  expect([await isOpen(empty), await isOpen(begun)]).toEqual([false, true]);
  expect(await codeOf(fill(empty))).toBe("BLOB_UPLOAD_UNKNOWN");
});

test("a session that made room takes no more bytes", async () => {
  const session = open(alice);
  async function* lateBytes() {
    fixture.advance(3 * MINUTE);
    for (let count = 0; count < 4; count++) await filled(alice);
    yield new Uint8Array(10);
  }
  const [late] = await Promise.allSettled([appendToUpload(registry, session, { body: lateBytes() })]);
  expect(late).toMatchObject({ status: "rejected", reason: { code: "BLOB_UPLOAD_UNKNOWN" } });
});
