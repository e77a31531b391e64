import { expect, test } from "bun:test";
import fc from "fast-check";
import { literalStart, starGlob } from "./star-glob.ts";

test.each([
  ["1.*", ["1.", "1.2"], ["11", "1"]],
  ["*", ["", "x"], []],
  ["a*b", ["ab", "axb", "abb"], ["a", "b", "abc"]],
  ["aba*aba", ["abaaba", "aba-aba"], ["aba", "ababa"]],
  ["*a*a*", ["aa", "banana"], ["a", "ba"]],
  ["latest", ["latest"], ["latest2", ""]],
] as const)("%s", (glob, yes, no) => {
  const matches = starGlob(glob);
  expect(yes.filter((text) => !matches(text)) as string[]).toEqual([]);
  expect(no.filter((text) => matches(text)) as string[]).toEqual([]);
});

test("a star stands for any characters, as a regular expression has it", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
  fc.assert(
    fc.property(letters, text, (glob, of) => {
      expect(starGlob(glob)(of)).toBe(new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(of));
      if (starGlob(glob)(of)) expect(of.startsWith(literalStart(glob))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
