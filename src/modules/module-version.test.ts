import { describe, expect, test } from "bun:test";
import { isModuleVersion, isStable, newestFirst } from "./module-version.ts";

describe("a module version", () => {
  for (const text of ["v1.2.3", "v0.0.0", "v1.2.3-rc.1"]) test(`is '${text}'`, () => expect(isModuleVersion(text)).toBe(true));
  for (const text of ["1.2.3", "v1", "v1.2", "latest", "v1.2.3_b", "v1.2.3+b", "v01.2.3", "v1.2.3-01"]) {
    test(`is not '${text}'`, () => expect(isModuleVersion(text)).toBe(false));
  }
});

test("the newest comes first, by precedence, each once", () => {
  expect(newestFirst(["v1.9.0", "v1.10.0", "v1.10.0-rc.2", "v1.10.0-rc.10", "v1.9.0"])).toEqual(["v1.10.0", "v1.10.0-rc.10", "v1.10.0-rc.2", "v1.9.0"]);
});

test("a pre-release is not stable", () => expect(["v1.0.0", "v1.0.0-rc.1"].map(isStable)).toEqual([true, false]));
