import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { compileTypeGlob, typeGlobProblem } from "./type-glob.ts";

describe("compileTypeGlob", () => {
  test.each([
    ["application/vnd.example.*", "application/vnd.example.a.v1", true],
    ["application/vnd.example.*", "application/vnd.examples.a", false],
    ["*", "application/x", true],
    ["*+json", "application/x+json", true],
    ["*+json", "application/x+yaml", false],
    ["application/*.v1+json", "application/vnd.a.v1+json", true],
    ["a*b*c", "abc", true],
    ["a*b*c", "acb", false],
    ["ab*ba", "aba", false],
    ["application/X", "APPLICATION/x", true],
    ["application/x", "application/xy", false],
  ])("%s on %s: %p", (glob, type, expected) => expect(compileTypeGlob(glob)(type)).toBe(expected));

  test("agrees with a regular expression that says the same", () => {
    const glob = fc.array(fc.constantFrom("a", "b", "*", ".", "+"), { maxLength: 7 }).map((parts) => parts.join(""));
    const text = fc.array(fc.constantFrom("a", "b", ".", "+"), { maxLength: 9 }).map((parts) => parts.join(""));
    const expression = (source: string) => new RegExp(`^${source.replaceAll(/[.+]/g, "\\$&").replaceAll("*", ".*")}$`);
    fc.assert(
      fc.property(glob, text, (pattern, type) => compileTypeGlob(pattern)(type) === expression(pattern).test(type)),
      { numRuns: 2000 },
    );
  });
});

describe("typeGlobProblem", () => {
  test.each(["*", "application/*", "application/vnd.oci.image.config.v1+json"])("takes %s", (glob) => expect(typeGlobProblem(glob)).toBeUndefined());
  test.each(["", "a b", "application/a/b", "application/", "a".repeat(300)])("refuses %p", (glob) => expect(typeGlobProblem(glob)).toBeDefined());
});
