import { expect, test } from "bun:test";
import { withPauses } from "./pauses.ts";

test("what comes is passed on, and a silence is told for as long as it lasts", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  async function* source() {
    yield 1;
    yield 2;
    await gates[0]?.promise;
    yield 3;
    await gates[1]?.promise;
  }
  const seen: (number | undefined)[] = [];
  for await (const value of withPauses(source(), 20)) {
    seen.push(value);
    if (seen.filter((one) => one === undefined).length === 3) gates[0]?.resolve();
    if (value === undefined && seen.includes(3)) gates[1]?.resolve();
  }
  expect(seen.slice(0, 6)).toEqual([1, 2, undefined, undefined, undefined, 3]);
  expect(seen.length).toBeGreaterThan(6);
});

test("a failure is passed on, after a silence too, and a reader that stops lets the source go", async () => {
  async function* failing(wait: number) {
    yield 1;
    await Bun.sleep(wait);
    throw new Error("gone");
  }
  for (const wait of [0, 60]) {
    const seen: (number | undefined)[] = [];
    const read = async () => {
      for await (const value of withPauses(failing(wait), 20)) seen.push(value);
    };
    await expect(read()).rejects.toThrow("gone");
    expect(seen.slice(0, 2)).toEqual(wait === 0 ? [1] : [1, undefined]);
  }
  let released = false;
  async function* endless() {
    try {
      for (;;) yield 1;
    } finally {
      released = true;
    }
  }
  for await (const _ of withPauses(endless(), 20)) break;
  expect(released).toBe(true);
});
