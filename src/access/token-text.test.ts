import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatToken, generateToken, hashSecret, isSecret, parseToken } from "./token-text.ts";

test("a generated token reads back", () => {
  const parts = generateToken();
  expect(formatToken(parts)).toMatch(/^opm_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}$/);
  expect(parseToken(formatToken(parts))).toEqual(parts);
  expect(isSecret(parts.secret, hashSecret(parts.secret))).toBe(true);
});

test("a thousand tokens, no two alike", () => {
  const tokens = Array.from({ length: 1000 }, generateToken);
  expect(new Set(tokens.map((token) => token.id)).size).toBe(1000);
  expect(new Set(tokens.map((token) => token.secret)).size).toBe(1000);
});

test("one wrong character is noticed without a look-up", () => {
  const text = formatToken(generateToken());
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length - 1 }), fc.constantFrom(..."01AZaz_-"), (index, character) => {
      const typo = text.slice(0, index) + character + text.slice(index + 1);
      return typo === text || parseToken(typo) === undefined;
    }),
  );
});

test("no token: undefined, never an error", () => {
  fc.assert(fc.property(fc.string(), (text) => parseToken(text) === undefined && parseToken(`opm_${text}`) === undefined));
});

test("another secret or a damaged hash is not the secret", () => {
  const { secret } = generateToken();
  expect(isSecret(generateToken().secret, hashSecret(secret))).toBe(false);
  for (const hash of ["", "zz", hashSecret(secret).slice(2)]) expect(isSecret(secret, hash)).toBe(false);
});
