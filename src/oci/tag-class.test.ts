import { expect, test } from "bun:test";
import type { ManifestKind } from "./media-types.ts";
import { classifyTag, overwriteRule, type TagClass } from "./tag-class.ts";

const HEX = "a1".repeat(32);

const CASES: readonly (readonly [string, ManifestKind | undefined, TagClass])[] = [
  ["v1.2.3", "image", "semver"],
  ["1.2.3-rc.1", "index", "semver"],
  ["1.2.3_build", "image", "semver"],
  ["v1", "image", "floating"],
  ["1.2", "image", "floating"],
  ["latest", "image", "floating"],
  ["lts", "index", "floating"],
  [`sha256-${HEX}`, "index", "referrers"],
  [`sha256-${HEX}`, undefined, "referrers"],
  [`sha256-${HEX}`, "image", "opaque"],
  [`sha256-${HEX}.sig`, "image", "attachment"],
  [`sha256-${HEX}.att`, "index", "attachment"],
  ["main-6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6", "index", "opaque"],
  ["20260131", "image", "opaque"],
  ["2026.01", "image", "opaque"],
  ["6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6", "image", "opaque"],
  ["1.2.3.4", "image", "opaque"],
];

test.each(CASES)("%s of an %s is %s", (tag, kind, expected) => {
  expect(classifyTag(tag, kind).class).toBe(expected);
});

test("only versions are immutable, as strictly as the policy says", () => {
  expect(overwriteRule("semver", "enforce")).toBe("refused");
  expect(overwriteRule("semver", "warn")).toBe("warned");
  expect(overwriteRule("semver", "off")).toBe("allowed");
  for (const tagClass of ["floating", "referrers", "attachment", "opaque"] as const) expect(overwriteRule(tagClass, "enforce")).toBe("allowed");
});
