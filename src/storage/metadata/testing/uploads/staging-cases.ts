import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { type GetStore, NOW } from "../fixture.ts";

export function stagingCases(store: GetStore): void {
  const staged = (id: string, version: number, state = `state ${version}`) => ({ id, version, state, modifiedAt: NOW + version });

  test("a state is put, found, changed and removed", async () => {
    const { staging } = store();
    const id = randomUUID();
    expect(await staging.find(id)).toBeUndefined();
    expect(await staging.put(staged(id, 1))).toBe(true);
    expect(await staging.find(id)).toEqual(staged(id, 1));
    expect(await staging.put(staged(id, 2, "x".repeat(500_000)))).toBe(true);
    expect(await staging.find(id)).toEqual(staged(id, 2, "x".repeat(500_000)));
    expect(await staging.remove(id)).toEqual(staged(id, 2, "x".repeat(500_000)));
    expect(await staging.find(id)).toBeUndefined();
    expect(await staging.remove(id)).toBeUndefined();
  });

  test("a state takes the place of the version before it and of no other", async () => {
    const { staging } = store();
    const id = randomUUID();
    expect(await staging.put(staged(id, 2))).toBe(false);
    await staging.put(staged(id, 1));
    expect(await staging.put(staged(id, 1, "another"))).toBe(false);
    expect(await staging.put(staged(id, 3))).toBe(false);
    expect(await staging.remove(id, 2)).toBeUndefined();
    expect(await staging.find(id)).toEqual(staged(id, 1));
    await staging.put(staged(id, 2));
    expect(await staging.remove(id, 1)).toBeUndefined();
    expect(await staging.remove(id, 2)).toEqual(staged(id, 2));
    expect(await staging.put(staged(id, 3))).toBe(false);
  });

  test("of several that change the same state at once one succeeds", async () => {
    const { staging } = store();
    const id = randomUUID();
    for (const version of [1, 2, 3]) {
      const results = await Promise.all(Array.from({ length: 8 }, (_, index) => staging.put(staged(id, version, `by ${index}`))));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect((await staging.find(id))?.state).toBe(`by ${results.indexOf(true)}`);
    }
    const removed = await Promise.all([staging.remove(id, 3), staging.remove(id), staging.put(staged(id, 4))]);
    expect(removed.filter((state) => state !== undefined && state !== false).length).toBeGreaterThan(0);
    expect(removed.filter((state) => typeof state === "object")).toHaveLength(1);
  });

  test("states are listed in pages, by id", async () => {
    const { staging } = store();
    const ids = Array.from({ length: 5 }, () => randomUUID()).sort();
    for (const id of ids) await staging.put(staged(id, 1));
    const found: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await staging.list({ after, limit: 2 });
      expect(page.length).toBeLessThanOrEqual(2);
      found.push(...page.map(({ id }) => id));
      after = page.at(-1)?.id;
      if (page.length < 2) break;
    }
    expect(found.filter((id) => ids.some((own) => own === id))).toEqual(ids);
  });
}
