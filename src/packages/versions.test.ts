import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseTag } from "../oci/tag.ts";
import { parseRange } from "../oci/version-range.ts";
import { selectVersions, versionsOf } from "./versions.ts";

const versions = (...tags: readonly string[]) => versionsOf(tags.map(parseTag));
const names = (found: ReturnType<typeof versions>): string[] => found.map(({ tag }) => tag);

describe("the versions among tags", () => {
  test("come by precedence, the highest first; others are none", () => {
    expect(names(versions("latest", "1.9.0", "1.10.0", "1.10.0-rc.1", "1.2", "main", "sha256-ab"))).toEqual(["1.10.0", "1.10.0-rc.1", "1.9.0"]);
  });

  test("of equals the last by name comes first, in whatever order they are told", () => {
    const equal = ["1.0.0", "v1.0.0", "1.0.0_build.1", "v1.0.0_a"];
    fc.assert(
      fc.property(fc.shuffledSubarray(equal, { minLength: 4 }), (tags) => {
        expect(names(versions(...tags))).toEqual([...equal].sort().reverse());
      }),
    );
  });
});

test.each([
  [undefined, undefined, ["1.0.0"]],
  [undefined, false, ["1.0.0"]],
  [undefined, true, ["2.0.0-rc.1", "1.0.0"]],
  [">=1", undefined, ["1.0.0"]],
  [">=1", true, ["2.0.0-rc.1", "1.0.0"]],
  [">=2.0.0-beta <3", undefined, ["2.0.0-rc.1"]],
  [">=2.0.0-beta <3", false, ["2.0.0-rc.1"]],
  ["1.x", true, ["1.0.0"]],
] as const)("range %p with pre-releases %p", (range, prerelease, expected) => {
  const selection = { range: range === undefined ? undefined : parseRange(range), prerelease };
  expect(names(selectVersions(versions("1.0.0", "2.0.0-rc.1"), selection))).toEqual([...expected]);
});
