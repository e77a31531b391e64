import { expect, test } from "bun:test";
import { SharedLooks } from "./shared-looks.ts";

/** Looks that find how many there were before, and keep when each began and ended, and what was asked. */
function counted(millis: number) {
  const looks: { readonly began: number; readonly ended: number; readonly keys: readonly string[] }[] = [];
  const shared = new SharedLooks<number>(async (keys) => {
    const began = performance.now();
    const found = new Map([...keys].filter((key) => key !== "unknown").map((key) => [key, looks.length]));
    while (performance.now() < began + millis) await Bun.sleep(millis);
    looks.push({ began, ended: performance.now(), keys: [...keys] });
    return found;
  });
  return { looks, shared };
}

test("all who ask before a look begins share it", async () => {
  const { looks, shared } = counted(0);
  const keys = Array.from({ length: 500 }, (_, at) => `key ${at % 250}`);
  expect(await Promise.all(keys.map((key) => shared.ask(key)))).toEqual(keys.map(() => 0));
  expect(looks.map((look) => look.keys.length)).toEqual([250]);
  expect(await shared.ask("unknown")).toBeUndefined();
});

test("who asks while one runs, or soon after, gets the answer of the next, a second after it began", async () => {
  const { looks, shared } = counted(30);
  const first = shared.ask("a");
  await Bun.sleep(10);
  const during = shared.ask("a");
  expect(await first).toBe(0);
  expect(await Promise.all([during, shared.ask("a"), shared.ask("b")])).toEqual([1, 1, 1]);
  const [before, after] = looks;
  expect((after?.began ?? 0) - (before?.began ?? 0)).toBeGreaterThan(990);
});

test("a look that takes long is followed by none for three times as long", async () => {
  const { looks, shared } = counted(600);
  await Promise.all([shared.ask("a"), Bun.sleep(50).then(() => shared.ask("a"))]);
  const [before, after] = looks;
  const took = (before?.ended ?? 0) - (before?.began ?? 0);
  expect((after?.began ?? 0) - (before?.ended ?? 0)).toBeGreaterThan(2.9 * took - 10);
});
