import { expect, test } from "bun:test";
import { watchSilence } from "./silence.ts";

test("a silence is told for as long as it lasts, and again after a piece", async () => {
  let pieces: number | undefined = 0;
  let told = 0;
  const again = Promise.withResolvers<void>();
  const watch = watchSilence(() => pieces, {
    onSilence: async () => {
      told++;
      if (told === 2) pieces = 1;
      if (told === 4) again.resolve();
    },
    fail: again.reject,
  });
  await again.promise;
  watch.stop();
  expect(told).toBe(4);
});

test("while a piece is being taken the source is not silent", async () => {
  let looks = 0;
  let told = 0;
  const enough = Promise.withResolvers<void>();
  const taking = () => {
    if (++looks === 4) enough.resolve();
    return undefined;
  };
  const watch = watchSilence(taking, { onSilence: async () => void told++, fail: enough.reject });
  await enough.promise;
  watch.stop();
  expect(told).toBe(0);
});

test("what is thrown in a silence ends the watch", async () => {
  const failure = Promise.withResolvers<unknown>();
  let told = 0;
  watchSilence(() => 0, {
    onSilence: async () => {
      told++;
      throw new Error("taken over");
    },
    fail: failure.resolve,
  });
  expect(((await failure.promise) as Error).message).toBe("taken over");
  expect(told).toBe(1);
});
