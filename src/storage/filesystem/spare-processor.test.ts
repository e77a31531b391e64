import { expect, test } from "bun:test";
import { parseThreadTimes, spareProcessor, type ThreadTimes } from "./spare-processor.ts";

/** What is said of a thread with these times, one after the other. */
function saidOf(list: readonly ThreadTimes[], { apart = 1000, processors = 2 } = {}): boolean[] {
  let at = 0;
  const spare = spareProcessor({ times: () => list[at], processors, now: () => at * apart });
  return list.map((_, index) => {
    at = index;
    return spare();
  });
}

const TIMES = [
  { run: 100, waited: 10 },
  { run: 200, waited: 110 },
  { run: 300, waited: 130 },
  { run: 300, waited: 130 },
];

test("a processor is to spare while the main thread hardly waits for its own, as of late", () => {
  expect(saidOf(TIMES)).toEqual([true, false, true, true]);
});

test("what was found holds for a moment", () => {
  expect(saidOf(TIMES, { apart: 10 })).toEqual([true, true, true, true]);
});

test("the only processor is never to spare", () => {
  expect(saidOf(TIMES, { processors: 1 })).toEqual([false, false, false, false]);
});

test("a kernel that keeps no count tells nothing", () => {
  expect(parseThreadTimes("1200 300 7\n")).toEqual({ run: 1200, waited: 300 });
  for (const text of ["0 0 0\n", "", "1200", "?"]) expect(parseThreadTimes(text)).toBeUndefined();
});

test("the system is asked where nothing else is given", () => {
  expect(spareProcessor()()).toBeBoolean();
});
