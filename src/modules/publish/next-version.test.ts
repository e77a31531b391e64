import { describe, expect, test } from "bun:test";
import { nextPatch, nextVersion } from "./next-version.ts";

describe("the next version", () => {
  test("without a version is the first of its major", () => {
    expect(nextVersion([], "v0")).toBe("v0.1.0");
    expect(nextVersion(["v1.0.0"], "v2")).toBe("v2.0.0");
  });

  test("is the next patch of the highest", () => {
    expect(nextVersion(["v1.2.0", "v1.10.3", "v1.9.9", "v2.0.0"], "v1")).toBe("v1.10.4");
    expect(nextVersion(["v1.0.0", "v1.1.0-rc.1"], "v1")).toBe("v1.1.0");
  });

  test("in place of one that is taken is free", () => {
    expect(nextPatch(["v1.0.0", "v1.0.1", "v1.0.4-rc.1", "v1.1.0"], "v1.0.0")).toBe("v1.0.5");
    expect(nextPatch(["v1.0.0-rc.1"], "v1.0.0-rc.1")).toBe("v1.0.0");
    expect(nextPatch(["v1.0.0-rc.1", "v1.0.0"], "v1.0.0-rc.1")).toBe("v1.0.1");
  });
});
