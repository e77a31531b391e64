import { expect, test } from "bun:test";
import { type GetStore, newName } from "../fixture.ts";

export function secretCases(store: GetStore): void {
  test("a secret stays what it was first, and many that ask at once agree", async () => {
    const name = newName();
    const candidates = Array.from({ length: 8 }, (_, index) => new Uint8Array(32).fill(index + 1));
    const given = await Promise.all(candidates.map((candidate) => store().coordination.sharedSecret(name, candidate)));
    expect(new Set(given.map((value) => Buffer.from(value).toString("hex"))).size).toBe(1);
    expect(candidates).toContainEqual(new Uint8Array(given[0] ?? []));
    expect(new Uint8Array(await store().coordination.sharedSecret(newName(), new Uint8Array([9])))).toEqual(new Uint8Array([9]));
  });
}
