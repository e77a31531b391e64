import { expect, test } from "bun:test";
import { HashPlacement } from "./hash-placement.ts";
import type { HashStarter } from "./hash-thread.ts";
import { RunningHash } from "./running-hash.ts";

const MIB = new Uint8Array(1024 * 1024);

/** Starts uploads of 1 MiB each whose source stays; how many of them are hashed in the worker. */
function inWorkerOf(uploads: number, spare: boolean): number {
  let begun = 0;
  const thread: HashStarter = {
    begin: () => {
      begun++;
      return { advance: async () => undefined, digest: async () => "", rest: () => undefined, discard: () => undefined };
    },
  };
  const placement = new HashPlacement(() => spare);
  for (let upload = 0; upload < uploads; upload++) new RunningHash("sha256", "/none", { placement, thread }).update(MIB);
  return begun;
}

test("uploads are hashed in the worker while a processor is to spare, else up to four in the event loop", () => {
  expect([1, 2, 4, 6].map((uploads) => inWorkerOf(uploads, true))).toEqual([1, 2, 4, 6]);
  expect([1, 2, 4, 6].map((uploads) => inWorkerOf(uploads, false))).toEqual([0, 0, 0, 2]);
});

test("what is small, or rests, takes no place", () => {
  const placement = new HashPlacement(() => false);
  const begun: string[] = [];
  const thread: HashStarter = {
    begin: (_, path) => {
      begun.push(path);
      return { advance: async () => undefined, digest: async () => "", rest: () => undefined, discard: () => undefined };
    },
  };
  const hash = (path: string) => new RunningHash("sha256", path, { placement, thread });
  for (let small = 0; small < 5; small++) hash("small").update(MIB.subarray(0, 512 * 1024));
  const resting = hash("resting");
  resting.update(MIB);
  resting.rest();
  const first = hash("first");
  first.update(MIB);
  for (let more = 0; more < 3; more++) hash("more").update(MIB);
  expect(begun).toEqual([]);
  hash("beyond").update(MIB);
  expect(begun).toEqual(["beyond"]);
  first.discard();
  hash("third").update(MIB);
  expect(begun).toEqual(["beyond"]);
});
