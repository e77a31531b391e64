import { describe, expect, test } from "bun:test";
import { HOSTILE_JSON, parsed } from "../testing/content.ts";
import { CYCLONEDX, CYCLONEDX_PACKAGES } from "../testing/sboms.ts";

describe("cyclonedx", () => {
  test("reads components at every level, but for files", () => {
    const { findings, problem } = parsed("cyclonedx", CYCLONEDX);
    expect(problem).toBeUndefined();
    expect(findings.dependencies).toEqual(CYCLONEDX_PACKAGES as never);
  });

  test("takes an SBOM without components", () => expect(parsed("cyclonedx", { bomFormat: "CycloneDX" }).problem).toBeUndefined());

  test("explains another document", () => {
    expect(parsed("cyclonedx", { spdxVersion: "SPDX-2.3" }).problem).toBe("the CycloneDX document has no bomFormat CycloneDX");
  });

  test("passes over components that are none", () => {
    const components = [null, "a", [], { type: "library" }, { name: "b", components: "c" }];
    expect(parsed("cyclonedx", { bomFormat: "CycloneDX", components }).findings.dependencies).toEqual([
      { kind: "sbom-package", key: "pkg:generic/b", name: "b" },
    ]);
  });

  test("bounds components within components", () => {
    const components = Array.from({ length: 100 }, (_, at) => ({
      name: `assembly-${at}`,
      components: Array.from({ length: 100 }, (_, part) => ({ name: `part-${at}-${part}` })),
    }));
    const { findings } = parsed("cyclonedx", { bomFormat: "CycloneDX", components });
    expect(findings.dependencies).toHaveLength(5000);
    expect(findings.truncated).toBe(true);
  });

  test.each(HOSTILE_JSON)("explains %s", (_, content) => expect(parsed("cyclonedx", content).problem).toContain("the CycloneDX document"));
});
