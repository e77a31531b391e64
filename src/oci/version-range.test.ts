import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import semver from "semver";
import { versionKey } from "./version.ts";
import { parseRange } from "./version-range.ts";

const identifier = fc.oneof(fc.nat(300).map(String), fc.stringMatching(/^[a-zA-Z-][a-zA-Z0-9-]{0,4}$/));
const version = fc
  .tuple(fc.nat(1200), fc.nat(30), fc.nat(30), fc.array(identifier, { maxLength: 3 }))
  .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre.length === 0 ? "" : `-${pre.join(".")}`}`);

test("a range includes what semver says, and that lies between its keys", () => {
  const range = fc.oneof(
    version.map((text) => `^${text}`),
    version.map((text) => `~${text}`),
    fc.tuple(version, version).map(([a, b]) => `>=${a} <${b}`),
    fc.tuple(version, version).map(([a, b]) => `<=${a} || >${b}`),
    fc.constantFrom("*", "1.x", ">=2", "1.2 - 3.4", "<2.3", ">1.2", "<=1", "~0", "^0.0.1", "0.x || 1.2.x"),
  );
  fc.assert(
    fc.property(range, version, fc.boolean(), (text, candidate, prereleases) => {
      const parsed = parseRange(text);
      expect(parsed?.includes(candidate, { prereleases })).toBe(semver.satisfies(candidate, text, { includePrerelease: prereleases }));
      if (parsed === undefined || !parsed.includes(candidate, { prereleases })) return;
      const key = versionKey(candidate);
      expect(parsed.lowest === undefined || parsed.lowest <= key).toBe(true);
      expect(parsed.highest === undefined || key <= parsed.highest).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test.each([">=1.2, <2", ">= 1.2.0,<2.0.0", "^1.2,<2 || 7.x"])("%s: what commas join must all hold, as Helm and Cargo write it", (text) => {
  expect(["1.1.9", "1.2.0", "1.9.9", "2.0.0"].filter((candidate) => parseRange(text)?.includes(candidate))).toEqual(["1.2.0", "1.9.9"]);
});

test.each(["^^1", "1.2.3.4", ",", ">=1,", ",<2 || 3", ">=", "a".repeat(300), "1 || foo"])("%s is no range", (text) => {
  expect(parseRange(text)).toBeUndefined();
});

describe("numbers beyond 2^53", () => {
  const versions = [
    "1.0.5",
    "1.0.20260120123456788",
    "1.0.20260120123456789",
    "1.0.20260120123456790",
    "1.1.0",
    "20260120123456789.0.0",
    "2.0.0-20260120123456789",
  ];
  test.each<[string, readonly number[]]>([
    ["^1", [0, 1, 2, 3, 4]],
    ["~1.0.6", [1, 2, 3]],
    ["1.0.x", [0, 1, 2, 3]],
    ["1.0.20260120123456789", [2]],
    [">1.0.20260120123456789 <1.1", [3]],
    ["<=1.0.20260120123456789", [0, 1, 2]],
    ["~1.0.20260120123456789", [2, 3]],
    ["^1.0.20260120123456789", [2, 3, 4]],
    ["1.0.20260120123456788 - 1.0.20260120123456789", [1, 2]],
    ["^20260120123456789", [5]],
    [">=20260120123456790", []],
    ["<20260120123456789.x", [0, 1, 2, 3, 4]],
    [">=2.0.0-20260120123456788 <2", []],
    [">=2.0.0-20260120123456788 <2.0.0", [6]],
    [">2.0.0-20260120123456789 <2.0.0", []],
    ["9007199254740993.x || 1.1.x", [4]],
  ])("%s", (range, included) => {
    expect(versions.filter((version) => parseRange(range)?.includes(version))).toEqual(included.map((at) => versions[at] ?? ""));
  });

  test("lie between the keys of a range", () => {
    const range = parseRange("~1.0.20260120123456789");
    expect([range?.lowest, range?.highest]).toEqual([versionKey("1.0.20260120123456789-0"), versionKey("1.1.0-0")]);
    expect(parseRange("^0.0.20260120123456789")?.highest).toBe(versionKey("0.0.20260120123456790-0"));
  });

  test("have no leading zeros, as others", () => {
    expect(parseRange(">=1.0.00000000000000000001")).toBeUndefined();
  });
});
