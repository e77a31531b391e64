import { expect, test } from "bun:test";
import { parseRepositoryName } from "../oci/name.ts";
import { parseTag } from "../oci/tag.ts";
import type { TagStore } from "../storage/metadata/tags.ts";
import { fakePort } from "../storage/metadata/testing/fake-port.ts";
import { createPullCounter } from "./pull-counter.ts";

type Pulls = Parameters<TagStore["countPulls"]>[0];

const APP = parseRepositoryName("team/app");
const LATEST = parseTag("latest");

function counter(options: { readonly interval?: number; readonly fails?: () => boolean; readonly silent?: () => boolean } = {}) {
  const batches: Pulls[] = [];
  const warnings: string[] = [];
  let time = 0;
  const counted = new Set<number>();
  const countPulls: TagStore["countPulls"] = async (pulls, { batch } = { counter: "", batch: 0, at: 0 }) => {
    if (options.fails?.()) throw new Error("busy");
    if (!counted.has(batch)) batches.push(pulls);
    counted.add(batch);
    if (options.silent?.()) throw new Error("no answer");
  };
  const pulls = createPullCounter({
    tags: fakePort<TagStore>({ countPulls }),
    now: () => ++time,
    interval: options.interval ?? 60_000,
    warn: (text) => warnings.push(text),
  });
  return { pulls, batches, warnings };
}

test("pulls of a tag are one row of a batch", async () => {
  const { pulls, batches } = counter();
  for (let pull = 0; pull < 3; pull++) pulls.count(APP, LATEST);
  pulls.count(parseRepositoryName("team/other"), LATEST);
  await pulls.flush();
  expect(batches).toEqual([
    [
      { repository: APP, tag: LATEST, count: 3, at: 3 },
      { repository: parseRepositoryName("team/other"), tag: LATEST, count: 1, at: 4 },
    ],
  ]);
  await pulls.flush();
  expect(batches).toHaveLength(1);
  await pulls.stop();
});

test("batches go out by themselves", async () => {
  const { pulls, batches } = counter({ interval: 2 });
  for (let round = 1; round <= 2; round++) {
    pulls.count(APP, LATEST);
    for (const end = performance.now() + 50_000; batches.length < round && performance.now() < end; ) await Bun.sleep(2);
    expect(batches).toHaveLength(round);
  }
  await pulls.stop();
});

test("what could not be stored is kept, and stored at the end", async () => {
  let broken = true;
  const { pulls, batches, warnings } = counter({ fails: () => broken });
  pulls.count(APP, LATEST);
  await pulls.flush();
  expect(warnings).toEqual(["cannot store the counts of pulls: busy"]);
  broken = false;
  pulls.count(APP, LATEST);
  await pulls.stop();
  expect(batches.flat().map(({ count }) => count)).toEqual([1, 1]);
});

test("what was stored without an answer is not counted twice", async () => {
  let silent = true;
  const { pulls, batches, warnings } = counter({ silent: () => silent });
  pulls.count(APP, LATEST);
  await pulls.flush();
  pulls.count(APP, LATEST);
  await pulls.flush();
  silent = false;
  await pulls.stop();
  expect(warnings).toHaveLength(2);
  expect(batches.flat().reduce((sum, { count }) => sum + count, 0)).toBe(2);
});

test("a batch is bounded, and so is what is counted at once", async () => {
  const { pulls, batches } = counter();
  for (let index = 0; index < 60_000; index++) pulls.count(APP, parseTag(`t${index}`));
  await pulls.stop();
  expect(Math.max(...batches.map((batch) => batch.length))).toBe(500);
  expect(batches.flat()).toHaveLength(50_000);
});
