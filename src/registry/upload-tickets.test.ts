import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { sourceOf } from "../storage/testing/content.ts";
import { openUpload } from "./open-upload.ts";
import type { Registry } from "./registry.ts";
import { ACTOR, codeOf, type Fixture, MINUTE, newContent, openFixture, repositoryName } from "./testing/fixture.ts";
import { openUploadTickets, UploadTickets } from "./upload-tickets.ts";
import { appendToUpload, cancelUpload, finishUpload, uploadStatus } from "./uploads.ts";

const repository = repositoryName("uploads/tickets");
const holder = { repository, owner: "alice" };
const ticket = { id: crypto.randomUUID(), algorithm: "sha256", expiresAt: Date.UTC(2026, 0, 1) } as const;

describe("a ticket", () => {
  const tickets = new UploadTickets(new Uint8Array(32).fill(1));
  const location = tickets.seal(ticket, holder);

  test("holds for its repository and owner, and goes into a URL as it is", () => {
    expect(tickets.open(location, holder)).toEqual(ticket);
    expect(encodeURIComponent(location)).toBe(location);
    expect(tickets.open(location, { ...holder, owner: "bob" })).toBeUndefined();
    expect(tickets.open(location, { ...holder, repository: repositoryName("uploads/other") })).toBeUndefined();
    expect(tickets.open(tickets.seal({ ...ticket, algorithm: "sha512" }, holder), holder)?.algorithm).toBe("sha512");
  });

  test("of another secret holds for nothing", () => {
    expect(new UploadTickets(new Uint8Array(32).fill(2)).open(location, holder)).toBeUndefined();
  });

  test("that was changed anywhere holds for nothing", () => {
    for (let at = 0; at < location.length; at++) {
      for (const other of [location[at] === "0" ? "1" : "0", ".", ""]) {
        const changed = location.slice(0, at) + other + location.slice(at + 1);
        if (changed !== location) expect(tickets.open(changed, holder)).toBeUndefined();
      }
    }
    const [id, end, algorithm, signature] = location.split(".");
    for (const parts of [
      [id],
      [id, end, algorithm],
      [id, end, algorithm, signature, ""],
      [id, `0${end}`, algorithm, signature],
      [id, "", algorithm, signature],
    ]) {
      expect(tickets.open(parts.join("."), holder)).toBeUndefined();
    }
    for (const text of [`${location}=`, ` ${location}`, location.toUpperCase(), `${location}%00`, "é".repeat(120), "....", ""]) {
      expect(tickets.open(text, holder)).toBeUndefined();
    }
  });

  test("of a session that ended is known for thousands of others, and not kept for ever", () => {
    const id = crypto.randomUUID();
    expect([tickets.end(id), tickets.end(id)]).toEqual([true, false]);
    for (let count = 0; count < 4000; count++) tickets.end(crypto.randomUUID());
    expect(tickets.hasEnded(id)).toBe(true);
    for (let count = 0; count < 8192; count++) tickets.end(crypto.randomUUID());
    expect(tickets.hasEnded(id)).toBe(false);
  });
});

describe("processes over one database", () => {
  let fixture: Fixture;
  let one: Registry;
  let two: Registry;
  beforeEach(async () => {
    fixture = await openFixture();
    const { coordination } = fixture.metadata;
    one = { ...fixture.registry, tickets: await openUploadTickets(coordination) };
    two = { ...fixture.registry, tickets: await openUploadTickets(coordination) };
  });
  afterEach(() => fixture.close());

  function open() {
    const { id, location } = openUpload(one, repository, "sha256", ACTOR);
    return { id, repository, location, actor: ACTOR };
  }

  test("take each other's sessions, by the database's time", async () => {
    const blob = newContent(1000);
    const session = open();
    expect(await uploadStatus(two, session)).toEqual({ id: session.id, location: session.location, size: 0 });
    expect(await appendToUpload(two, session, { body: sourceOf(blob.bytes.subarray(0, 400)) })).toEqual({ id: session.id, location: session.id, size: 400 });
    for (const location of [session.location, session.id]) {
      expect(await uploadStatus(one, { ...session, location })).toEqual({ id: session.id, location: session.id, size: 400 });
    }
    fixture.advance(10 * MINUTE);
    // bytes came to it, so it lives on after its ticket
    expect(await finishUpload(one, session, { digest: blob.digest, chunk: { body: sourceOf(blob.bytes.subarray(400)), length: 600 } })).toBe(1000);
    const late = open();
    fixture.advance(5 * MINUTE);
    for (const registry of [one, two]) expect(await codeOf(uploadStatus(registry, late))).toBe("BLOB_UPLOAD_UNKNOWN");
  });

  test("know of each other when a session with bytes ended", async () => {
    const [cancelled, finished] = [open(), open()];
    const blob = newContent(1000);
    for (const session of [cancelled, finished]) session.location = (await appendToUpload(one, session, { body: sourceOf(blob.bytes) })).location;
    await cancelUpload(one, cancelled);
    await finishUpload(one, finished, { digest: blob.digest });
    for (const session of [cancelled, finished]) {
      for (const registry of [one, two]) expect(await codeOf(uploadStatus(registry, session))).toBe("BLOB_UPLOAD_UNKNOWN");
    }
  });

  test("which one cancelled without bytes: for another it goes on, within its time and for its owner", async () => {
    const session = open();
    await cancelUpload(one, session);
    expect(await codeOf(uploadStatus(one, session))).toBe("BLOB_UPLOAD_UNKNOWN");
    expect(await codeOf(cancelUpload(one, session))).toBe("BLOB_UPLOAD_UNKNOWN");
    expect((await uploadStatus(two, session)).size).toBe(0);
    expect((await fixture.metadata.collection.usage()).uploads).toBe(0);
  });

  test("a request that waited for its turn does not bring a cancelled session back", async () => {
    const session = open();
    const silent = Promise.withResolvers<void>();
    async function* hanging() {
      yield new Uint8Array(10);
      await silent.promise;
    }
    const first = appendToUpload(one, session, { body: hanging() }).catch(() => undefined);
    while ((await uploadStatus(one, session)).size !== 10) await Bun.sleep(1);
    const waiting = codeOf(appendToUpload(one, session, { body: sourceOf(new Uint8Array(10)) }));
    await cancelUpload(one, session);
    expect(await waiting).toBe("BLOB_UPLOAD_UNKNOWN");
    await first;
    silent.resolve();
    expect((await fixture.metadata.collection.usage()).uploads).toBe(0);
  });
});
