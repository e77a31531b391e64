import { describe, expect, test } from "bun:test";
import { createLoginLimiter } from "./login-limiter.ts";
import { createLru } from "./lru.ts";

const isRefused = (admit: () => void) => {
  try {
    admit();
    return false;
  } catch {
    return true;
  }
};

describe("createLoginLimiter", () => {
  test("counts by address; an IPv6 client by its /64, IPv4 in IPv6 as IPv4", () => {
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
      const limiter = createLoginLimiter(1, () => 0);
      limiter.fail(failed);
      expect([failed, asks, isRefused(() => limiter.admit(asks))]).toEqual([failed, asks, refused]);
    }
  });

  test("Retry-After says when the minute is over", () => {
    let time = 0;
    const limiter = createLoginLimiter(2, () => time);
    limiter.fail("a");
    expect(() => limiter.admit("a")).not.toThrow();
    time = 59_500;
    limiter.fail("a");
    expect(() => limiter.admit("a")).toThrow(expect.objectContaining({ headers: { "Retry-After": "1" } }));
    time = 60_000;
    expect(() => limiter.admit("a")).not.toThrow();
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
