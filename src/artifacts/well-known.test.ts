import { describe, expect, test } from "bun:test";
import { MEDIA_TYPE } from "../oci/descriptor.ts";
import { EXTRACTORS } from "./extractors/table.ts";
import { isAttestationType, isSbomType, isSignatureType } from "./signature-types.ts";
import { WELL_KNOWN_TYPES } from "./well-known.ts";

describe("WELL_KNOWN_TYPES", () => {
  test("has every type once", () => {
    expect(new Set(WELL_KNOWN_TYPES.map(({ type }) => type)).size).toBe(WELL_KNOWN_TYPES.length);
  });

  test.each(WELL_KNOWN_TYPES.map((known) => [known.type, known] as const))("%s is complete", (type, known) => {
    for (const name of [type, ...known.configMediaTypes, ...known.layerMediaTypes]) expect(name).toMatch(MEDIA_TYPE);
    expect(type).toBe(type.toLowerCase());
    expect(known.title).not.toBe("");
    expect(known.icon).toMatch(/^[a-z0-9-]+$/);
    expect(known.consume).not.toBe("");
    expect(URL.parse(known.documentation ?? "")?.protocol).toBe("https:");
    if (known.extractor !== undefined) expect(EXTRACTORS[known.extractor]).toBeDefined();
  });
});

describe("signatures, SBOMs and attestations", () => {
  test.each([
    "application/vnd.dev.cosign.artifact.sig.v1+json",
    "application/vnd.dev.cosign.simplesigning.v1+json",
    "application/vnd.dev.sigstore.bundle.v0.1+json",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
    "application/vnd.dev.sigstore.bundle.v1.0+json",
    "application/vnd.dev.sigstore.bundle+json",
    "application/vnd.cncf.Notary.signature",
  ])("%s is a signature", (type) => {
    expect(isSignatureType(type)).toBe(true);
    expect(isSbomType(type)).toBe(false);
  });

  test("others are not", () => {
    expect(isSignatureType("application/spdx+json")).toBe(false);
    expect(isSignatureType("application/vnd.oci.image.config.v1+json")).toBe(false);
    expect(isSbomType("application/spdx+json")).toBe(true);
    expect(isSbomType("application/vnd.cyclonedx+json")).toBe(true);
    expect(isAttestationType("application/vnd.in-toto+json")).toBe(true);
    expect(isAttestationType("application/spdx+json")).toBe(false);
  });
});
