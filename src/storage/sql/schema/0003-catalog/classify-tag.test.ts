import { expect, test } from "bun:test";
import { classifyTag } from "./classify-tag.ts";

const HEX = "0123456789abcdef".repeat(4);

test.each([
  ["1.2.3", false, "semver", "011012013~", false],
  ["v10.0.0-rc.1_b.2", true, "semver", "0210010010Arc!#011 ", true],
  ["1.0.0.build-7", false, "semver", "011010010~", false],
  ["1.02.3", false, "opaque", null, false],
  ["1.2", false, "floating", null, false],
  ["v1", false, "floating", null, false],
  ["20260131", false, "opaque", null, false],
  ["latest", false, "floating", null, false],
  ["rolling", true, "floating", null, false],
  ["Latest", false, "opaque", null, false],
  [`sha256-${HEX}`, true, "referrers", null, false],
  [`sha256-${HEX}`, false, "opaque", null, false],
  [`sha256-${HEX}.sig`, true, "attachment", null, false],
  [`sha256-${HEX}.txt`, true, "opaque", null, false],
] as const)("%s (of an index: %p) is what it was in this version: %s", (tag, index, name, versionKey, prerelease) => {
  expect(classifyTag(tag, index)).toEqual({ class: name, versionKey, prerelease });
});
