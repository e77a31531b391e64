import { expect, test } from "bun:test";
import { selfTimes } from "./cpu-profile.ts";

const frame = (functionName: string, url: string, lineNumber: number) => ({ functionName, url, lineNumber });

const PROFILE = JSON.stringify({
  nodes: [
    { id: 1, callFrame: frame("(root)", "", -1) },
    { id: 2, callFrame: frame("hash", "a.ts", 6) },
    { id: 3, callFrame: frame("", "b.ts", 0) },
    { id: 4, callFrame: frame("hash", "a.ts", 6) },
  ],
  startTime: 1000,
  endTime: 1600,
  samples: [2, 2, 3, 4, 2, 3],
  timeDeltas: [0, 100, 100, 100, 100, 100],
});

test("samples within the window count for their function, wherever it was called from", () => {
  expect(selfTimes(PROFILE, { from: 1100, to: 1400 })).toEqual([
    { name: "hash", place: "a.ts:7", share: 0.75 },
    { name: "(anonymous)", place: "b.ts:1", share: 0.25 },
  ]);
});

test("a window without samples gives nothing", () => {
  expect(selfTimes(PROFILE, { from: 5000, to: 6000 })).toEqual([]);
});
