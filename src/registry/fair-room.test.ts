import { expect, test } from "bun:test";
import { FairRoom, type RoomLimits } from "./fair-room.ts";

const LIMITS: RoomLimits = { all: 4, each: 3, waiting: 20, patience: 60_000 };

/** A room whose guests note when they are let in. */
function open(limits: Partial<RoomLimits> = {}) {
  const room = new FairRoom({ ...LIMITS, ...limits }, "guests");
  const inside: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = async (name: string, amount = 1): Promise<void> => {
    leave.set(name, await room.enter(name.charAt(0), amount));
    inside.push(name);
  };
  const out = async (name: string): Promise<void> => {
    leave.get(name)?.();
    await Bun.sleep(0);
  };
  return { room, inside, enter, out };
}

test("clients take turns, whoever has more waits longer, and no client gets all of it", async () => {
  const { room, inside, enter, out } = open();
  const all = ["a1", "a2", "a3", "a4", "a5", "b1", "b2", "c1"].map((name) => enter(name));
  await Bun.sleep(0);
  expect(inside).toEqual(["a1", "a2", "a3", "b1"]);
  for (const name of ["b1", "a1", "a2", "a3", "b2", "c1"]) await out(name);
  expect(inside.slice(4)).toEqual(["b2", "a4", "c1", "a5"]);
  expect(room.isWanted).toBe(false);
  await Promise.all(all);
});

test("who is large is not passed by for ever, and more than a client's share counts as the share", async () => {
  const { inside, enter, out } = open();
  void enter("a1", 2);
  void enter("b1", 2);
  void enter("c1", 100);
  void enter("d1", 1);
  await Bun.sleep(0);
  await out("a1");
  expect(inside).toEqual(["a1", "b1"]);
  await out("b1");
  expect(inside).toEqual(["a1", "b1", "c1", "d1"]);
});

test("who waits too long is told when to come again, and keeps nobody out", async () => {
  const { inside, enter, out } = open({ all: 2, each: 2, patience: 20 });
  await enter("a1", 1);
  const [large, small] = await Promise.allSettled([enter("b1", 2), enter("c1", 1)]);
  expect(large).toMatchObject({ status: "rejected", reason: { code: "TOOMANYREQUESTS", status: 429, headers: { "Retry-After": "1" } } });
  expect(small.status).toBeOneOf(["fulfilled", "rejected"]);
  await out("a1");
  await enter("d1", 1);
  expect(inside).toContain("d1");
});

test("no more wait than may, and a client takes not all of their places", async () => {
  const { inside, enter, out } = open({ all: 1, each: 1, waiting: 4 });
  await enter("a1");
  const waiting = [enter("a2")];
  const refused = { status: "rejected", reason: { code: "TOOMANYREQUESTS" } };
  expect(await Promise.allSettled([enter("a3")])).toMatchObject([refused]);
  for (const name of ["b1", "c1", "d1"]) waiting.push(enter(name));
  expect(await Promise.allSettled([enter("e1")])).toMatchObject([refused]);
  for (let at = 0; at < 5; at++) await out(inside[at] ?? "");
  await Promise.all(waiting);
});
