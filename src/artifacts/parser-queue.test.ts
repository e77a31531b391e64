import { afterEach, expect, test } from "bun:test";
import type { Content } from "./extractor.ts";
import { ParserQueue, type QueueLimits } from "./parser-queue.ts";
import { ParserBusyError, ParserThread } from "./parser-thread.ts";

const threads: ParserThread[] = [];
afterEach(() => {
  for (const thread of threads.splice(0)) thread.end();
});

/** Nothing in it depends on how fast this machine is, unless a case says so. */
function start(limits: Partial<QueueLimits> = {}): ParserQueue {
  const thread = new ParserThread(60_000);
  threads.push(thread);
  return new ParserQueue({ patience: 60_000, slice: 60_000, ...limits }, thread);
}

const SPDX: Content = { mediaType: "application/spdx+json", bytes: Buffer.from('{"spdxVersion":"SPDX-2.3"}') };
/** Takes the YAML parser minutes. */
const endless = async (): Promise<Content> => ({
  mediaType: "application/vnd.ocm.software.component-descriptor.v2+yaml",
  bytes: Buffer.from("a:\n".repeat(1_000_000)),
});

/** Runs pieces that note their order; the first waits until `release`. */
function line(queue: ParserQueue) {
  const order: string[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const run = (owner: string, name: string) =>
    queue.run(owner, "spdx", async () => {
      await released;
      order.push(name);
      return SPDX;
    });
  return { order, release, run };
}

test("owners take turns, whoever has more waits longer", async () => {
  const { order, release, run } = line(start());
  const all = ["a1", "a2", "a3", "b1", "c1", "b2"].map((name) => run(name.charAt(0), name));
  release();
  await Promise.all(all);
  expect(order).toEqual(["a1", "a2", "b1", "c1", "a3", "b2"]);
});

test("what an owner has waiting is bounded, and so is what all have; others find room", async () => {
  const { release, run } = line(start({ waiting: 4, waitingEach: 2 }));
  const taken = ["a1", "a2", "a3"].map((name) => run("a", name));
  const [refused] = await Promise.allSettled([run("a", "a4")]);
  expect(refused).toMatchObject({ status: "rejected", reason: expect.any(ParserBusyError) });
  taken.push(run("b", "b1"), run("c", "c1"));
  const [full] = await Promise.allSettled([run("d", "d1")]);
  expect(full).toMatchObject({ status: "rejected", reason: expect.any(ParserBusyError) });
  release();
  for (const parsed of await Promise.all(taken)) expect(parsed).toMatchObject({ problem: undefined });
});

test("what takes long gives way to what waits", async () => {
  const queue = start({ slice: 20 });
  const [slow, next] = await Promise.allSettled([queue.run("a", "ocm-component", endless), queue.run("b", "spdx", async () => SPDX)]);
  expect(slow).toMatchObject({ status: "rejected", reason: expect.any(ParserBusyError) });
  expect(next).toMatchObject({ status: "fulfilled", value: { problem: undefined } });
}, 60_000);

test("nobody waits longer than the patience", async () => {
  const queue = start({ patience: 30 });
  const { release, run } = line(queue);
  const first = run("a", "a1");
  const [late] = await Promise.allSettled([run("b", "b1")]);
  expect(late).toMatchObject({ status: "rejected", reason: expect.any(ParserBusyError) });
  release();
  expect(await first).toMatchObject({ problem: undefined });
  expect(await run("b", "b2")).toMatchObject({ problem: undefined });
});

test("the failure of a load is passed on, and the next has its turn", async () => {
  const queue = start();
  const [failed, next] = await Promise.allSettled([queue.run("a", "spdx", () => Promise.reject(new Error("disk"))), queue.run("a", "spdx", async () => SPDX)]);
  expect(failed).toMatchObject({ status: "rejected", reason: { message: "disk" } });
  expect(next).toMatchObject({ status: "fulfilled" });
});
