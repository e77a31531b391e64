import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import semver from "semver";
import { parseRange, parseVersion, versionKey, versionTag } from "./version.ts";

const identifier = fc.oneof(fc.nat(300).map(String), fc.stringMatching(/^[a-zA-Z-][a-zA-Z0-9-]{0,4}$/));
const version = fc
  .tuple(fc.nat(1200), fc.nat(30), fc.nat(30), fc.array(identifier, { maxLength: 3 }))
  .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre.length === 0 ? "" : `-${pre.join(".")}`}`);

describe("a version", () => {
  test.each([
    ["1.2.3", "1.2.3"],
    ["v1.2.3", "1.2.3"],
    ["1.2.3-rc.1", "1.2.3-rc.1"],
    ["1.2.3_build.5", "1.2.3+build.5"],
    ["1.2.3.build-build.5", "1.2.3+build.5"],
    ["1.2.3-rc.build-5", "1.2.3-rc.build-5"],
    ["v0.0.0-20260101-abc", "0.0.0-20260101-abc"],
  ])("%s is %s", (text, expected) => {
    expect(parseVersion(text)?.version).toBe(expected);
  });

  test.each(["1.2", "v1", "01.2.3", "1.2.3-", "1.2.3-01", "latest", "1.2.3.4", "V1.2.3", ""])("%s is none", (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  test("has a tag where + is _", () => {
    expect(versionTag("1.2.3+a")).toBe("1.2.3_a" as never);
    expect(versionTag("a b")).toBeUndefined();
  });
});

test("keys sort as semver does", () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [one, other] = [versionKey(a), versionKey(b)];
      expect(Math.sign(one < other ? -1 : one > other ? 1 : 0)).toBe(semver.compare(a, b));
    }),
    { numRuns: 2000 },
  );
});

test("what a range includes lies between its keys", () => {
  const range = fc.oneof(
    version.map((text) => `^${text}`),
    version.map((text) => `~${text}`),
    fc.tuple(version, version).map(([a, b]) => `>=${a} <${b}`),
    fc.tuple(version, version).map(([a, b]) => `<=${a} || >${b}`),
    fc.constantFrom("*", "1.x", ">=2", "1.2 - 3.4", "<2.3"),
  );
  fc.assert(
    fc.property(range, version, fc.boolean(), (text, candidate, prereleases) => {
      const parsed = parseRange(text);
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
