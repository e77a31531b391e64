import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { abbreviate, type DigestAlgorithm, digestAlgorithm, digestEncoded, digestOf, isDigest, isDigestAlgorithm, parseDigest } from "./digest.ts";
import { RegistryError } from "./errors.ts";

const EMPTY_SHA256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const algorithms = fc.constantFrom<DigestAlgorithm>("sha256", "sha512");

describe("digestOf", () => {
  test("is the digest of the bytes", () => {
    expect<string>(digestOf("")).toBe(EMPTY_SHA256);
    expect(digestOf("abc", "sha512")).toStartWith("sha512:ddaf35a193617abacc417349ae204131");
    expect(digestOf(new TextEncoder().encode("abc"))).toBe(digestOf("abc"));
  });

  test("always gives a digest that parses to itself", () => {
    fc.assert(
      fc.property(fc.uint8Array(), algorithms, (bytes, algorithm) => {
        const digest = digestOf(bytes, algorithm);
        expect(parseDigest(digest)).toBe(digest);
        expect(digestAlgorithm(digest)).toBe(algorithm);
        expect<string>(`${digestAlgorithm(digest)}:${digestEncoded(digest)}`).toBe(digest);
        expect(digestEncoded(digest)).toHaveLength(algorithm === "sha256" ? 64 : 128);
      }),
    );
  });
});

describe("parseDigest", () => {
  const hex = "0123456789abcdef".repeat(4);

  test.each([
    "",
    ":",
    "sha256",
    "sha256:",
    hex,
    `:${hex}`,
    `sha256:${hex.slice(1)}`,
    `sha256:${hex}0`,
    `sha256:${hex.toUpperCase()}`,
    `sha256:${hex.slice(1)}g`,
    `sha256:${hex.slice(1)}\n`,
    `sha256:${hex}\n`,
    ` sha256:${hex}`,
    `SHA256:${hex}`,
    `sha512:${hex}`,
    `sha256:${hex}${hex}`,
    `sha384:${hex}${hex.slice(32)}`,
    `md5:${hex.slice(32)}`,
    `sha256+b64:${hex}`,
    `sha256:sha256:${hex}`,
    `sha256:../../${hex.slice(6)}`,
  ])("refuses %j", (text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: "DIGEST_INVALID", status: 400 }));
  });

  test("takes exactly what the grammar says, and throws nothing but RegistryError", () => {
    const grammar = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})(?!\n)$/;
    const nearly = fc.tuple(fc.constantFrom("sha256", "sha512", "sha", "md5", ""), fc.constantFrom(":", "", "-"), fc.stringMatching(/^[0-9a-f]{60,68}$/));
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      nearly.map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(isDigest(text)).toBe(grammar.test(text));
        const parsed = attempt(() => parseDigest(text));
        if (parsed instanceof RegistryError) expect(parsed.code).toBe("DIGEST_INVALID");
        else expect<string>(parsed).toBe(text);
      }),
    );
  });

  test("the message stays short whatever came", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 10_000, size: "max" }), (text) => {
        const parsed = attempt(() => parseDigest(`x${text}`));
        expect(parsed).toBeInstanceOf(RegistryError);
        expect((parsed as RegistryError).message.length).toBeLessThan(300);
      }),
    );
  });
});

test("only sha256 and sha512 are supported", () => {
  for (const name of ["sha256", "sha512"]) expect(isDigestAlgorithm(name)).toBe(true);
  for (const name of ["", "SHA256", "sha384", "md5", "constructor", "__proto__", "sha256 "]) expect(isDigestAlgorithm(name)).toBe(false);
});

test("abbreviate keeps what is short and cuts what is long", () => {
  expect(abbreviate("short")).toBe("short");
  expect(abbreviate("x".repeat(160))).toBe("x".repeat(160));
  expect(abbreviate("x".repeat(161))).toBe(`${"x".repeat(160)}…`);
  expect(abbreviate("abcdef", 3)).toBe("abc…");
});

/** The result, or the RegistryError that was thrown; anything else goes on. */
function attempt<T>(use: () => T): T | RegistryError {
  try {
    return use();
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
}
