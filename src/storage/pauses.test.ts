import { expect, test } from "bun:test";
import { withPauses } from "./pauses.ts";

test("what comes is passed on, and a silence is told once", async () => {
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
    if (value === undefined) setTimeout(() => gates[seen.includes(3) ? 1 : 0]?.resolve(), 100);
  }
  expect(seen).toEqual([1, 2, undefined, 3, undefined]);
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
    expect(seen).toEqual(wait === 0 ? [1] : [1, undefined]);
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
