import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RegistryError } from "./errors.ts";
import { isTag, parseTag } from "./tag.ts";

describe("parseTag", () => {
  test.each(["a", "A", "_", "0", "latest", "v1.2.3", "1.0-rc.1_x", "_-.", "x".repeat(128)])("takes %j", (tag) => {
    expect<string>(parseTag(tag)).toBe(tag);
  });

  test.each(["", ".", "-", ".a", "-a", "a b", "a\n", "\na", "a/b", "a:b", "a@b", "a+b", "ä", "a\u0000", "..", "x".repeat(129)])("refuses %j", (tag) => {
    expect(isTag(tag)).toBe(false);
    expect(() => parseTag(tag)).toThrow(expect.objectContaining({ code: "TAG_INVALID", status: 400 }));
  });

  test("takes whatever the grammar makes", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/), (tag) => {
        expect<string>(parseTag(tag)).toBe(tag);
      }),
    );
  });

  test("takes nothing else, and throws nothing but RegistryError", () => {
    const alphabet = /^[a-zA-Z0-9._-]+$/;
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[a-zA-Z0-9._:/-]{0,140}$/)), (text) => {
        try {
          expect<string>(parseTag(text)).toBe(text);
          expect(text).toMatch(alphabet);
          expect(text.length).toBeLessThanOrEqual(128);
          expect(text[0]).not.toBeOneOf([".", "-"]);
        } catch (error) {
          if (!(error instanceof RegistryError)) throw error;
          expect(error.code).toBe("TAG_INVALID");
        }
      }),
    );
  });
});
