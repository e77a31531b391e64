import { describe, expect, test } from "bun:test";
import { HOSTILE_JSON, parsed } from "../testing/content.ts";
import { largeSpdx, SPDX, SPDX_PACKAGES } from "../testing/sboms.ts";

describe("spdx", () => {
  test("reads the packages of version 2, but for what they are part of", () => {
    expect(parsed("spdx", SPDX)).toMatchObject({ problem: undefined, findings: { truncated: false } });
    expect(parsed("spdx", SPDX).findings.dependencies).toEqual(SPDX_PACKAGES as never);
  });

  test.each([
    ["documentDescribes", { ...SPDX, relationships: undefined, documentDescribes: ["SPDXRef-Root"] }],
    ["DESCRIBED_BY", { ...SPDX, relationships: [{ spdxElementId: "SPDXRef-Root", relationshipType: "DESCRIBED_BY", relatedSpdxElement: "SPDXRef-DOCUMENT" }] }],
  ])("knows the subject by %s", (_, document) => expect(parsed("spdx", document).findings.dependencies).toEqual(SPDX_PACKAGES as never));

  test("reads the packages of version 3", () => {
    const document = {
      "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
      "@graph": [
        { type: "SpdxDocument", spdxId: "urn:doc", rootElement: ["urn:sbom"] },
        { type: "software_Sbom", spdxId: "urn:sbom", rootElement: ["urn:root"] },
        { type: "software_Package", spdxId: "urn:root", name: "team/app" },
        {
          type: "software_Package",
          spdxId: "urn:musl",
          name: "musl",
          software_packageVersion: "1.2.4-r2",
          software_packageUrl: "pkg:apk/alpine/musl@1.2.4-r2",
        },
        { type: "software_File", spdxId: "urn:file", name: "busybox" },
        "noise",
      ],
    };
    expect(parsed("spdx", document).findings.dependencies).toEqual([SPDX_PACKAGES[0]] as never);
  });

  test("takes an SBOM without packages", () => expect(parsed("spdx", { spdxVersion: "SPDX-2.2" }).problem).toBeUndefined());

  test("explains another document", () => {
    expect(parsed("spdx", { bomFormat: "CycloneDX" }).problem).toBe("the SPDX document has neither an spdxVersion nor a @graph");
  });

  test("passes over packages that are none", () => {
    const document = { spdxVersion: "SPDX-2.3", packages: [null, 1, {}, { name: 1 }, { name: "a", externalRefs: [null, { referenceType: "purl" }] }] };
    expect(parsed("spdx", document).findings.dependencies).toEqual([{ kind: "sbom-package", key: "pkg:generic/a", name: "a" }]);
  });

  test("bounds packages without end", () => {
    const { findings } = parsed("spdx", largeSpdx(6000));
    expect(findings.dependencies).toHaveLength(5000);
    expect(findings.truncated).toBe(true);
  });

  test("leaves out a package URL that is longer than any", () => {
    const externalRefs = [{ referenceType: "purl", referenceLocator: `pkg:npm/${"/".repeat(400_000)}a` }];
    expect(parsed("spdx", { spdxVersion: "SPDX-2.3", packages: [{ name: "a", externalRefs }] }).findings).toMatchObject({ dependencies: [], truncated: true });
  });

  test.each(HOSTILE_JSON)("explains %s", (_, content) => expect(parsed("spdx", content).problem).toContain("the SPDX document"));
});
