import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { processorTime } from "../../test/support/processor-time.ts";
import { compileNamePattern, compileRepositoryGlob, repositoryGlobProblem } from "./repository-glob.ts";

const matches = (glob: string, name: string) => compileRepositoryGlob(glob).matches(name);

describe("compileRepositoryGlob", () => {
  test.each([
    ["**", "a", true],
    ["**", "a/b/c", true],
    ["*", "a", true],
    ["*", "a/b", false],
    ["team/app", "team/app", true],
    ["team/app", "team/app2", false],
    ["team/*", "team/app", true],
    ["team/*", "team/app/x", false],
    ["team/*", "team", false],
    ["team/**", "team/app/x", true],
    ["team/**", "team", false],
    ["team/**", "teams/app", false],
    ["**/app", "app", true],
    ["**/app", "a/b/app", true],
    ["**/app", "a/b/myapp", false],
    ["a/**/z", "a/z", true],
    ["a/**/z", "a/b/c/z", true],
    ["a/**/z", "a/b/c/yz", false],
    ["a/**/b/**/c", "a/b/c", true],
    ["pre*fix", "prefix", true],
    ["pre*fix", "pre/fix", false],
    ["pre**fix", "pre/fix", true],
    ["*/*", "a/b", true],
    ["*/*", "a/b/c", false],
    ["a*/b*c", "ax/bxc", true],
    ["a.b", "axb", false],
    ["***", "a/b", true],
  ])("%s on %s: %p", (glob, name, expected) => {
    expect(matches(glob, name)).toBe(expected);
  });

  test("agrees with a regular expression that says the same", () => {
    const part = fc.constantFrom("a", "b", "ab", "*", "**", "/", "-", ".");
    const name = fc.array(fc.constantFrom("a", "b", "/", "-", "."), { minLength: 1, maxLength: 10 }).map((parts) => parts.join(""));
    const glob = fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(glob, name, (pattern, text) => matches(pattern, text) === expression(pattern).test(text)),
      { numRuns: 3000 },
    );
  });

  test("whatever matches starts with the prefix", () => {
    const glob = fc.array(fc.constantFrom("a", "b", "*", "**", "/"), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
    const name = fc.array(fc.constantFrom("a", "b", "/"), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(glob, name, (pattern, text) => !matches(pattern, text) || text.startsWith(compileRepositoryGlob(pattern).prefix)),
      { numRuns: 3000 },
    );
  });

  test("takes no time that grows with the power of the wildcards", async () => {
    const glob = compileRepositoryGlob(`${"*a**a/**/".repeat(25)}b`);
    const spent = await processorTime(() => {
      expect(glob.matches("a".repeat(255))).toBe(false);
      expect(glob.matches("a/".repeat(127))).toBe(false);
    });
    expect(spent).toBeLessThan(1000);
  });
});

test("repositoryGlobProblem refuses what could never match a name", () => {
  for (const glob of ["", "A", "a b", "/a", "a/", "a//b", "a?", "[a]", "a".repeat(256), "é"]) expect(repositoryGlobProblem(glob)).toBeString();
  for (const glob of ["**", "*", "a/b-c_d.e/**", "a".repeat(255)]) expect(repositoryGlobProblem(glob)).toBeUndefined();
});

/** An oracle: slow on long names, obvious on short ones. */
function expression(glob: string): RegExp {
  const source = glob.replace(/(?<=^|\/)\*\*\/|\*+|[.]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === ".") return "\\.";
    return part === "*" ? "[^/]*" : ".*";
  });
  return new RegExp(`^${source}$`);
}

test("a pattern without a star is any part of a name", () => {
  expect(["team/app", "app2", "other"].filter(compileNamePattern("app").matches)).toEqual(["team/app", "app2"]);
  expect(["team/app", "app2", "other"].filter(compileNamePattern("team/*").matches)).toEqual(["team/app"]);
});
