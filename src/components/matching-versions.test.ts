import { describe, expect, test } from "bun:test";
import { matchingVersions } from "./matching-versions.ts";

const VERSIONS = ["1", "1.1.0", "v1.2", "1.3.0-rc.1", "2.0.0+build.7", "3.0.0-rc.1"];

describe("matchingVersions", () => {
  test.each<[string | undefined, readonly string[]]>([
    [undefined, VERSIONS],
    ["^1", ["1", "1.1.0", "v1.2"]],
    [">=1.1, <3", ["1.1.0", "v1.2", "2.0.0+build.7"]],
    [">=1.3.0-0 <1.4", ["1.3.0-rc.1"]],
    ["^9", []],
  ])("of the range %p", (range, expected) => {
    expect(matchingVersions(VERSIONS, { range })).toEqual(expected);
  });

  test("the highest, a pre-release only where there is nothing else", () => {
    expect(matchingVersions(VERSIONS, { latest: true })).toEqual(["2.0.0+build.7"]);
    expect(matchingVersions(VERSIONS, { latest: true, range: "^1" })).toEqual(["v1.2"]);
    expect(matchingVersions(["1.0.0-a", "1.0.0-b"], { latest: true })).toEqual(["1.0.0-b"]);
    expect(matchingVersions([], { latest: true })).toEqual([]);
  });

  test("what is no range is said", () => {
    expect(() => matchingVersions(VERSIONS, { range: "not a range" })).toThrow("'not a range' is no range of versions: write e.g. ^1.2, ~1.2.3 or '>=1.2 <2'");
  });
});
