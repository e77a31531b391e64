import { expect, test } from "bun:test";
import { giveBack, giveOn } from "./received.ts";

const LARGE = 64 * 1024;
const received = (length: number) => Buffer.from(new ArrayBuffer(length));
const user = (isDone: boolean) => ({ data: () => isDone, drained: () => undefined, ended: () => undefined, closed: () => undefined });

test("what the user needs no more is freed", () => {
  const bytes = received(LARGE);
  giveOn(bytes, user(true));
  expect(bytes.length).toBe(0);
});

test("what the user still needs stays", () => {
  const bytes = received(LARGE);
  giveOn(bytes, user(false));
  expect(bytes.length).toBe(LARGE);
});

test("a part of a larger buffer stays, and its neighbours", () => {
  const bytes = received(2 * LARGE);
  giveBack(bytes.subarray(LARGE));
  expect(bytes.length).toBe(2 * LARGE);
});
