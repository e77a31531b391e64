import { describe, expect, test } from "bun:test";
import { newestFirst } from "../module-version.ts";
import { newestStable, versionNeeded } from "./candidates.ts";

const VERSIONS = newestFirst(["v1.0.0", "v1.1.0", "v1.2.0-rc.1", "v2.0.0", "v0.3.0", "v10.0.0-rc.1"]);

test("by precedence", () => {
  expect(VERSIONS).toEqual(["v10.0.0-rc.1", "v2.0.0", "v1.2.0-rc.1", "v1.1.0", "v1.0.0", "v0.3.0"]);
  expect([newestStable(VERSIONS, "v1"), newestStable(VERSIONS, "v0"), newestStable(VERSIONS, "v10")]).toEqual(["v1.1.0", "v0.3.0", undefined]);
});

describe("what somebody may have meant", () => {
  const cases: readonly (readonly [string | undefined, string, readonly string[]])[] = [
    [undefined, "v2.0.0", VERSIONS],
    ["latest", "v2.0.0", VERSIONS],
    ["v1", "v1.1.0", ["v1.2.0-rc.1", "v1.1.0", "v1.0.0"]],
    ["v1.1", "v1.1.0", ["v1.1.0"]],
    ["1.0.0", "v1.0.0", ["v1.0.0"]],
    ["v1.1.0+meta", "v1.1.0", ["v1.1.0"]],
    ["v1.2", "v1.2.0-rc.1", ["v1.2.0-rc.1"]],
    ["v10", "v10.0.0-rc.1", ["v10.0.0-rc.1"]],
    ["v7", "v2.0.0", VERSIONS],
  ];
  for (const [wanted, suggested, near] of cases) {
    test(wanted ?? "nothing", () => {
      const { code, message, details } = versionNeeded("m.test/a", wanted, VERSIONS);
      expect([code, details.suggested]).toEqual(["invalid", `m.test/a@${suggested}`]);
      expect(message).toContain(`${near.join(", ")}; type 'opm mod get m.test/a@${suggested}'`);
    });
  }
});

test("a long list is cut", () => {
  const many = newestFirst([...Array(20).keys()].map((patch) => `v1.0.${patch}`));
  expect(versionNeeded("m.test/a", "v1", many).message).toContain(
    "v1.0.12 and 12 more, which 'opm mod versions m.test/a' lists; type 'opm mod get m.test/a@v1.0.19'",
  );
  expect(versionNeeded("m.test/a", "v1", []).message).toContain("no version of m.test/a was found");
});
