import { expect, test } from "bun:test";
import type { UploadBudget, UploadSession } from "../../uploads.ts";
import { ANY_UPLOADS, type GetStore, NOW, newName, newSession } from "../fixture.ts";

export function uploadSessionCases(store: GetStore): void {
  test("a session is opened, found, prolonged and closed by one caller", async () => {
    const session = newSession();
    const before = (await store().collection.usage()).uploads;
    expect(await store().uploads.open(session, ANY_UPLOADS)).toEqual({ outcome: "opened", ended: [] });
    expect(await store().uploads.find(session.id)).toEqual(session);
    expect((await store().collection.usage()).uploads).toBe(before + 1);
    expect(await store().repositories.find(session.repository)).toBeUndefined();
    expect(await store().uploads.extend(session.id, NOW + 10, NOW + 20)).toBe(true);
    expect(await store().uploads.find(session.id)).toEqual({ ...session, activeAt: NOW + 10, expiresAt: NOW + 20 });
    const closed = await Promise.all(Array.from({ length: 5 }, () => store().uploads.end(session.id)));
    expect(closed.filter(Boolean)).toHaveLength(1);
    expect(await store().uploads.find(session.id)).toBeUndefined();
    expect(await store().uploads.extend(session.id, NOW, NOW + 30)).toBe(false);
  });

  test("a session that is opened again stays as it is, and takes no more room", async () => {
    const session = newSession({ activeAt: NOW + 5 });
    expect(await store().uploads.open(session, ANY_UPLOADS)).toEqual({ outcome: "opened", ended: [] });
    const again = { ...session, createdAt: NOW + 1, activeAt: NOW + 9, expiresAt: NOW + 10 };
    expect(await store().uploads.open(again, { ...ANY_UPLOADS, all: 0 })).toEqual({ outcome: "opened", ended: [] });
    expect(await store().uploads.find(session.id)).toEqual(session);
  });

  test("expired sessions are listed, the oldest first", async () => {
    const early = NOW - 1_000_000;
    const sessions = [early + 2, early + 1, early + 3].map((expiresAt) => newSession({ expiresAt }));
    for (const session of sessions) await store().uploads.open(session, ANY_UPLOADS);
    const ids = (await store().uploads.listExpired(early + 3, 10)).map((session) => session.id);
    expect(ids).toEqual([sessions[1]?.id ?? "", sessions[0]?.id ?? ""]);
    expect(await store().uploads.listExpired(early + 3, 1)).toHaveLength(1);
  });

  /** Sessions of clients that no other case has: budgets of all of them count from here. */
  function world() {
    const [name, idleBefore] = [newName(), NOW + 1000];
    const none: UploadBudget = { ...ANY_UPLOADS, idleBefore };
    let age = 0;
    const sessionOf = (client: string, parts: Partial<UploadSession> = {}) =>
      newSession({ client: `${name} ${client}`, owner: `${name} ${client}`, address: `${name} here`, createdAt: NOW + ++age, ...parts });
    return {
      sessionOf,
      open: (session: UploadSession, budget: Partial<UploadBudget> = {}) => store().uploads.open(session, { ...none, ...budget }),
      /** Opens one, to which bytes come when `activeAt` says so. */
      async held(client: string, parts: Partial<UploadSession> & { readonly activeAt?: number } = {}): Promise<UploadSession> {
        const session = sessionOf(client, parts);
        await store().uploads.open(session, none);
        if (parts.activeAt !== undefined) await store().uploads.extend(session.id, parts.activeAt, session.expiresAt);
        return session;
      },
    };
  }

  test("a client beyond its budget ends its oldest empty session, then what is idle for longest, and nothing else", async () => {
    const { held, open, sessionOf } = world();
    const other = await held("bob");
    const idle = await held("alice", { activeAt: NOW + 2 });
    const [first, second] = [await held("alice"), await held("alice")];
    const active = await held("alice", { activeAt: NOW + 5000 });
    const budget = { client: 4 };
    for (const expected of [first, second]) {
      expect(await open(sessionOf("alice", { createdAt: NOW + 100 }), budget)).toEqual({ outcome: "opened", ended: [expected.id] });
      expect(await store().uploads.find(expected.id)).toBeUndefined();
    }
    const later = await store().uploads.open(sessionOf("alice", { createdAt: NOW + 200 }), { ...ANY_UPLOADS, ...budget, idleBefore: NOW + 1000 });
    expect(later.outcome).toBe("opened");
    for (const { id } of [other, idle, active]) expect(await store().uploads.find(id)).toBeDefined();
  });

  test("where bytes come to all of them, nothing is opened, and it is known since when", async () => {
    const { held, open, sessionOf } = world();
    const sessions = [await held("alice", { activeAt: NOW + 7000 }), await held("alice", { activeAt: NOW + 6000 })];
    const session = sessionOf("alice");
    expect(await open(session, { client: 2 })).toEqual({ outcome: "full", of: "client", limit: 2, activeSince: NOW + 6000 });
    expect(await store().uploads.find(session.id)).toBeUndefined();
    for (const { id } of sessions) expect(await store().uploads.find(id)).toBeDefined();
    expect((await open(sessionOf("bob"), { client: 2 })).outcome).toBe("opened");
  });

  test("in a budget of many clients, the one that holds most makes room, and never one that holds less than who asks", async () => {
    const { held, open, sessionOf } = world();
    const [few, most] = [await held("bob"), await held("alice")];
    await held("alice");
    expect(await open(sessionOf("carol"), { address: 3 })).toEqual({ outcome: "opened", ended: [most.id] });
    for (const activeAt of [NOW + 5000, NOW + 6000]) await held("dave", { address: "elsewhere", activeAt });
    expect((await open(sessionOf("dave", { address: "elsewhere" }), { address: 2 })).outcome).toBe("full");
    expect(await store().uploads.find(few.id)).toBeDefined();
  });

  test("sessions whose time is over take no room", async () => {
    const { held, open, sessionOf } = world();
    await held("alice", { expiresAt: NOW + 50, activeAt: NOW + 5000 });
    expect(await open(sessionOf("alice", { createdAt: NOW + 51 }), { client: 1 })).toEqual({ outcome: "opened", ended: [] });
  });
}
