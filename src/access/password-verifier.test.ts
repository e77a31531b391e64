import { describe, expect, test } from "bun:test";
import { hashPassword, verifyPassword } from "./password.ts";
import { createPasswordVerifier } from "./password-verifier.ts";
import { failure } from "./testing/fixture.ts";

const hash = await hashPassword("correct horse");
const admit = () => {};

describe("createPasswordVerifier", () => {
  test("remembers a verified password for a minute, and only with its hash", async () => {
    let time = 0;
    const verifier = createPasswordVerifier(() => time);
    expect(verifier.isKnown("ann", "correct horse", hash)).toBe(false);
    expect(await verifier.verify("ann", "correct horse", hash, admit)).toBe(true);
    expect(verifier.isKnown("ann", "correct horse", hash)).toBe(true);
    expect(verifier.isKnown("bob", "correct horse", hash)).toBe(false);
    expect(verifier.isKnown("ann", "correct horse!", hash)).toBe(false);
    expect(verifier.isKnown("ann", "correct horse", await hashPassword("correct horse"))).toBe(false);
    expect(verifier.isKnown("ann", "correct horse", undefined)).toBe(false);
    time = 60_000;
    expect(verifier.isKnown("ann", "correct horse", hash)).toBe(false);
  });

  test("a user name and a password never stand for another pair", async () => {
    const verifier = createPasswordVerifier(() => 0);
    const other = await hashPassword("b:password");
    await verifier.verify("a", "b:password", other, admit);
    expect(verifier.isKnown("a:b", "password", other)).toBe(false);
  });

  test("does not remember what was wrong", async () => {
    const verifier = createPasswordVerifier(() => 0);
    expect(await verifier.verify("ann", "wrong", hash, admit)).toBe(false);
    expect(verifier.isKnown("ann", "wrong", hash)).toBe(false);
    expect(await verifier.verify("zoe", "wrong", undefined, admit)).toBe(false);
    expect(await verifier.verify("ann", "x".repeat(1025), hash, admit)).toBe(false);
  });

  test("turns away what its queue has no room for, and goes on afterwards", async () => {
    const verifier = createPasswordVerifier(() => 0, { running: 1, waiting: 1 });
    const results = await Promise.allSettled(["one", "two", "three", "four"].map((password) => verifier.verify("ann", password, hash, admit)));
    expect(results.map((result) => (result.status === "fulfilled" ? result.value : result.reason.code))).toEqual([
      false,
      false,
      "TOOMANYREQUESTS",
      "TOOMANYREQUESTS",
    ]);
    expect(await verifier.verify("ann", "correct horse", hash, admit)).toBe(true);
  });

  test("asks for admission right before the work, each time", async () => {
    const verifier = createPasswordVerifier(() => 0, { running: 1, waiting: 5 });
    let admitted = 0;
    const once = () => {
      if (++admitted > 1) throw new Error("refused");
    };
    const results = await Promise.allSettled(["one", "two", "three"].map((password) => verifier.verify("ann", password, hash, once)));
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "rejected"]);
  });

  test("one verification for equal ones at the same time", async () => {
    const verifier = createPasswordVerifier(() => 0);
    let admitted = 0;
    const count = () => void admitted++;
    const same = await Promise.all(Array.from({ length: 20 }, () => verifier.verify("ann", "correct horse", hash, count)));
    expect(same.every(Boolean)).toBe(true);
    expect(admitted).toBe(1);
  });
});

describe("passwords", () => {
  test("hashes are argon2id, salted", async () => {
    expect(hash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    expect(await hashPassword("correct horse")).not.toBe(hash);
  });

  test.each(["short", "x".repeat(1025), "opm_12345678"])("refused: %#", async (password) => {
    expect(await failure(hashPassword(password))).toBeInstanceOf(Error);
  });

  test("a hash that is none is an error, not a wrong password", async () => {
    expect(await failure(verifyPassword("x", "$2y$05$short"))).toMatchObject({ code: "UNKNOWN" });
  });
});
