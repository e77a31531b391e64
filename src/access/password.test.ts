import { expect, test } from "bun:test";
import { hashPassword, verifyPassword } from "./password.ts";

/** As the bcrypt of Python's package makes them, with the salt in common; Go's and Apache's are the same. */
const HASHES: readonly (readonly [name: string, password: string, hash: string])[] = [
  ["71 bytes", "x".repeat(71), "fmnYtZf4/LVIEdk8v40tikf/KPsqQ4m"],
  ["72 bytes", `${"x".repeat(70)}01`, "Cfh5gjUcaatu1pOezxng8/ZFmsdwku2"],
  ["73 bytes", `${"x".repeat(70)}012`, "Cfh5gjUcaatu1pOezxng8/ZFmsdwku2"],
  ["80 bytes", `${"x".repeat(70)}0123456789`, "Cfh5gjUcaatu1pOezxng8/ZFmsdwku2"],
  ["a character of several bytes at the limit", `${"é".repeat(35)}x€uro and more`, "vkCUVJY65eo5aXkF47elJkUi8MpFakW"],
  ["1000 bytes", "p".repeat(1000), "eTFRGDqVFTIfwSnwEw/V4ZpLYuQbKSG"],
];

test.each(HASHES)("bcrypt of others, %s", async (_name, password, hash) => {
  for (const version of ["2a", "2b", "2y"]) expect(await verifyPassword(password, `$${version}$05$abcdefghijklmnopqrstuu${hash}`)).toBe(true);
  const wrong = `X${password.slice(1)}`;
  expect(await verifyPassword(wrong, `$2y$05$abcdefghijklmnopqrstuu${hash}`)).toBe(false);
});

test("within what bcrypt looks at every byte counts", async () => {
  const hash = `$2y$05$abcdefghijklmnopqrstuu${HASHES[1]?.[2]}`;
  expect(await verifyPassword(`${"x".repeat(70)}02`, hash)).toBe(false);
  expect(await verifyPassword("x".repeat(71), hash)).toBe(false);
});

test("argon2 looks at all of a long password", async () => {
  const password = "p".repeat(100);
  const hash = await hashPassword(password);
  expect(await verifyPassword(password, hash)).toBe(true);
  expect(await verifyPassword(password.slice(0, 72), hash)).toBe(false);
  expect(await verifyPassword(`${password}p`, hash)).toBe(false);
});

test("without a hash nothing is right", async () => {
  expect(await verifyPassword("x".repeat(80), undefined)).toBe(false);
});
