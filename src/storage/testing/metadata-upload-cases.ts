import { expect, test } from "bun:test";
import type { UploadSession } from "../metadata-store.ts";
import { type GetStore, NOW, newName } from "./metadata-fixture.ts";

function newSession(expiresAt: number): UploadSession {
  return { id: crypto.randomUUID(), repository: newName(), algorithm: "sha512", owner: "alice", createdAt: NOW, expiresAt };
}

export function uploadSessionCases(store: GetStore): void {
  test("a session is opened, found, prolonged and closed by one caller", async () => {
    const session = newSession(NOW + 10);
    const before = await store().countUploads();
    await store().createUpload(session);
    expect(await store().upload(session.id)).toEqual(session);
    expect(await store().countUploads()).toBe(before + 1);
    expect(await store().repository(session.repository)).toBeUndefined();
    expect(await store().extendUpload(session.id, NOW + 20)).toBe(true);
    expect((await store().upload(session.id))?.expiresAt).toBe(NOW + 20);
    const closed = await Promise.all(Array.from({ length: 5 }, () => store().deleteUpload(session.id)));
    expect(closed.filter(Boolean)).toHaveLength(1);
    expect(await store().upload(session.id)).toBeUndefined();
    expect(await store().extendUpload(session.id, NOW + 30)).toBe(false);
  });

  test("expired sessions are listed, the oldest first", async () => {
    const early = NOW - 1_000_000;
    const sessions = [newSession(early + 2), newSession(early + 1), newSession(early + 3)];
    for (const session of sessions) await store().createUpload(session);
    const ids = (await store().expiredUploads(early + 3, 10)).map((session) => session.id);
    expect(ids).toEqual([sessions[1]?.id ?? "", sessions[0]?.id ?? ""]);
    expect(await store().expiredUploads(early + 3, 1)).toHaveLength(1);
  });
}
