import { expect, test } from "bun:test";
import type { Lease } from "../../coordination.ts";
import { type GetStore, newName } from "../fixture.ts";

/** Milliseconds: longer than any test, and over before anybody asks again. */
const [LONG, OVER] = [600_000, -1];

export function leaseCases(store: GetStore): void {
  const take = (name: string, holder: string, duration = LONG): Promise<Lease> => store().coordination.takeLease({ name, holder, duration });

  test("a lease is one holder's until its time is over, which a renewal puts off", async () => {
    const name = newName();
    const { coordination } = store();
    const before = await coordination.time();
    const first = await take(name, "one");
    expect(first.holder).toBe("one");
    expect(first.until).toBeWithin(before + LONG, (await coordination.time()) + LONG + 1);
    expect(await take(name, "two")).toEqual(first);
    expect(await coordination.lease(name)).toEqual(first);
    expect((await take(name, "one", 2 * LONG)).until).toBeGreaterThan(first.until);
    expect(await take(newName(), "two")).toMatchObject({ holder: "two" });
  });

  test("a lease whose time is over is taken by another, and the holder before has lost it", async () => {
    const name = newName();
    await take(name, "one", OVER);
    expect(await take(name, "two")).toMatchObject({ holder: "two" });
    expect(await take(name, "one")).toMatchObject({ holder: "two" });
  });

  test("a lease is given back by its holder alone", async () => {
    const name = newName();
    const { coordination } = store();
    expect(await coordination.lease(name)).toBeUndefined();
    await take(name, "one");
    await coordination.releaseLease(name, "two");
    expect(await take(name, "two")).toMatchObject({ holder: "one" });
    await coordination.releaseLease(name, "one");
    expect(await coordination.lease(name)).toBeUndefined();
    expect(await take(name, "two")).toMatchObject({ holder: "two" });
  });

  test("of many that ask at once one has it, and all are told who", async () => {
    for (const begin of [undefined, OVER]) {
      const name = newName();
      if (begin !== undefined) await take(name, "gone", begin);
      const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => take(name, `${index}`)));
      expect(new Set(answers.map(({ holder }) => holder)).size).toBe(1);
      expect(answers[0]?.holder).not.toBe("gone");
    }
  });
}
