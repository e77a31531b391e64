import { describe, expect, test } from "bun:test";
import type { AccountStore, FailedLogins } from "../storage/metadata/accounts.ts";
import { createLoginLimiter } from "./login-limiter.ts";
import { createLru } from "./lru.ts";

/** A database that counts, as many limiters as processes over it, and a clock that the test moves. */
function processes(limit: number) {
  const rows = new Map<string, FailedLogins>();
  const state = { time: 0, down: false, asked: 0 };
  const answered = <T>(answer: T): Promise<T> => {
    state.asked++;
    return state.down ? Promise.reject(new Error("no answer")) : Promise.resolve(answer);
  };
  const accounts: Pick<AccountStore, "loginFailures" | "noteLoginFailure"> = {
    loginFailures: (address) => answered(rows.get(address)),
    noteLoginFailure({ address, at, window }) {
      const before = rows.get(address);
      const after = before === undefined || before.since <= at - window ? { since: at, failures: 1 } : { ...before, failures: before.failures + 1 };
      if (!state.down) rows.set(address, after);
      return answered(after);
    },
  };
  const warnings: string[] = [];
  const open = () => createLoginLimiter({ accounts, limit, now: () => state.time, warn: (message) => void warnings.push(message) });
  return { state, warnings, open };
}

const isRefused = (asked: Promise<void>): Promise<boolean> =>
  asked.then(
    () => false,
    () => true,
  );

describe("createLoginLimiter", () => {
  test("counts by address; an IPv6 client by its /64, IPv4 in IPv6 as IPv4", async () => {
    const cases: [string, string, boolean][] = [
      ["192.0.2.1", "192.0.2.1", true],
      ["192.0.2.1", "192.0.2.2", false],
      ["192.0.2.1", "::ffff:192.0.2.1", true],
      ["::ffff:192.0.2.1", "::ffff:192.0.2.2", false],
      ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
      ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
      ["2001:db8::1", "2001:0db8:0:0:5::", true],
      ["::1", "::2", true],
      ["fe80::1%eth0", "fe80::2%eth1", true],
      ["", "", true],
      ["not an address", "192.0.2.1", false],
    ];
    for (const [failed, asks, refused] of cases) {
      const limiter = processes(1).open();
      await limiter.fail(failed);
      expect([failed, asks, await isRefused(limiter.admit(asks))]).toEqual([failed, asks, refused]);
    }
  });

  test("Retry-After says when the minute is over", async () => {
    const { state, open } = processes(2);
    const limiter = open();
    await limiter.fail("a");
    await limiter.admit("a");
    state.time = 59_500;
    await limiter.fail("a");
    expect(limiter.admit("a")).rejects.toEqual(expect.objectContaining({ headers: { "Retry-After": "1" } }));
    state.time = 60_000;
    await limiter.admit("a");
  });

  test("the failures of all processes count, and whoever was refused costs no further question", async () => {
    const { state, open } = processes(4);
    const limiters = [open(), open(), open()];
    const outcomes: boolean[] = [];
    for (let guess = 0; guess < 9; guess++) {
      const limiter = limiters[guess % 3];
      outcomes.push((await isRefused(limiter?.admit("a") ?? Promise.reject())) || (await isRefused(limiter?.fail("a") ?? Promise.reject())));
    }
    expect(outcomes).toEqual([false, false, false, false, true, true, true, true, true]);
    const before = state.asked;
    for (const limiter of limiters) expect(await isRefused(limiter.admit("a"))).toBeTrue();
    expect(state.asked).toBe(before);
  });

  test("guesses that come all at once ask the database no more often than may fail, and later ones are counted again", async () => {
    const { state, open } = processes(4);
    const limiter = open();
    const refused = await Promise.all(Array.from({ length: 50 }, () => isRefused(limiter.fail("a"))));
    expect([state.asked, refused.filter((is) => is).length]).toEqual([4, 46]);
    expect(await isRefused(limiter.fail("b"))).toBeFalse();
    state.time = 60_000;
    expect(await isRefused(limiter.fail("a"))).toBeFalse();
  });

  test("a process counts for itself while the database does not answer", async () => {
    const { state, warnings, open } = processes(2);
    state.down = true;
    const limiter = open();
    for (let guess = 0; guess < 2; guess++) {
      await limiter.admit("a");
      await limiter.fail("a");
    }
    expect(await isRefused(limiter.admit("a"))).toBeTrue();
    expect(warnings.length).toBeGreaterThan(0);
  });
});

test("createLru forgets what was used least recently and keeps its bound", () => {
  const lru = createLru<number>(2);
  lru.set("a", 1);
  lru.set("b", 2);
  lru.get("a");
  lru.set("c", 3);
  expect([lru.get("a"), lru.get("b"), lru.get("c"), lru.size]).toEqual([1, undefined, 3, 2]);
  lru.set("c", 4);
  lru.delete("a");
  expect([lru.get("a"), lru.get("c"), lru.size]).toEqual([undefined, 4, 1]);
});
