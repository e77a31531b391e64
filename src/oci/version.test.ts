import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import semver from "semver";
import { parseVersion, versionKey, versionTag, versionText } from "./version.ts";

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

test.each([
  ["v1.2.3_build.4", "v1.2.3+build.4"],
  ["1.2.3-rc.1_b", "1.2.3-rc.1+b"],
  ["1.2.3", "1.2.3"],
  ["latest_of_all", "latest_of_all"],
])("the tag %s stands for %s", (tag, text) => expect(versionText(tag)).toBe(text));

test("keys sort as semver does", () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [one, other] = [versionKey(a), versionKey(b)];
      expect(Math.sign(one < other ? -1 : one > other ? 1 : 0)).toBe(semver.compare(a, b));
    }),
    { numRuns: 2000 },
  );
});
