import { expect, test } from "bun:test";
import type { AuditEntry } from "../../audit.ts";
import { ACTOR, type GetStore, NOW } from "../fixture.ts";

export function auditCases(store: GetStore): void {
  test("entries come back newest first, whole, by every filter", async () => {
    const repository = `audit/${crypto.randomUUID()}`;
    const detail = { nested: { list: [1, "zwei", null] }, text: "\u0000'" };
    const entry = (n: number, more: Partial<AuditEntry> = {}): AuditEntry => ({ at: NOW + n, actor: ACTOR, action: "login", repository, ...more });
    await store().audit.append([entry(1), entry(2, { action: "login.failed", actor: { subject: `bob-${repository}` } })]);
    await store().audit.append([entry(3, { reference: "v1", digest: "sha256:x", detail })]);
    const all = await store().audit.list({ repository, limit: 10 });
    expect(all.map((found) => found.at)).toEqual([NOW + 3, NOW + 2, NOW + 1]);
    expect(all[0]).toEqual({ ...entry(3, { reference: "v1", digest: "sha256:x", detail }), id: expect.any(Number) });
    const atOf = async (query: object) => (await store().audit.list({ repository, limit: 10, ...query })).map((found) => found.at - NOW);
    expect(await atOf({ action: "login.failed" })).toEqual([2]);
    expect(await atOf({ subject: `bob-${repository}` })).toEqual([2]);
    expect(await atOf({ since: NOW + 2 })).toEqual([3, 2]);
    expect(await atOf({ before: all[0]?.id })).toEqual([2, 1]);
    expect(await atOf({ before: all[0]?.id, limit: 1, action: "login" })).toEqual([1]);
    expect(await atOf({ subject: "nobody" })).toEqual([]);
  });

  test("since a time leaves out no entry, whatever the order in which they came", async () => {
    const repository = `audit/${crypto.randomUUID()}`;
    const HOUR = 3_600_000;
    const at = [0, 1, 5, 2, -3, 6, 3, -1, 4].map((hours) => NOW + hours * HOUR);
    for (const time of at) await store().audit.append([{ at: time, actor: ACTOR, action: "login", repository }]);
    for (let since = NOW - 4 * HOUR; since <= NOW + 7 * HOUR; since += HOUR / 2) {
      const found = (await store().audit.list({ repository, since, limit: 100 })).map((entry) => entry.at);
      expect(found).toEqual(at.filter((time) => time >= since).reverse());
    }
  });

  test("no entries are appended as none", async () => {
    await store().audit.append([]);
  });
}
